"""lenet5-bn and resnet8 in Keras 3, trained by fit: Adam 0.001, batch 128, no augmentation. Layers have
the names that this program gives them; what normalizes NAME is NAME_norm.
usage: networks_keras.py CIFAR_FOLDER NETWORK [EPOCHS]"""
import os, sys, time
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import keras
from keras import layers
from cifar10 import even_half, say


def normalized(layer, x, relu=True):
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-3, name=layer.name + "_norm")(layer(x))
    return layers.ReLU()(x) if relu else x


def lenet5_bn():
    inputs = x = keras.Input((32, 32, 3))
    x = layers.MaxPooling2D(2)(normalized(layers.Conv2D(6, 5, name="C1"), x))
    x = normalized(layers.Conv2D(16, 5, name="C2"), x)
    x = layers.GlobalMaxPooling2D()(normalized(layers.Conv2D(120, 5, name="C3"), x))
    for name, units in ("F6", 84), ("F7", 42):
        x = normalized(layers.Dense(units, name=name), x)
    return keras.Model(inputs, layers.Dense(10, name="F8")(x))


def resnet8():
    def block(name, x, filters, stride):
        y = normalized(layers.Conv2D(filters, 3, stride, "same", name=name + "1"), x)
        y = normalized(layers.Conv2D(filters, 3, padding="same", name=name + "2"), y, relu=False)
        shortcut = x if stride == 1 else layers.Conv2D(filters, 1, stride, "same", name=name + "S")(x)
        return layers.ReLU()(layers.add([shortcut, y]))

    inputs = keras.Input((32, 32, 3))
    x = normalized(layers.Conv2D(16, 3, padding="same", name="C1"), inputs)
    for name, filters, stride in ("A", 16, 1), ("B", 32, 2), ("D", 64, 2):
        x = block(name, x, filters, stride)
    return keras.Model(inputs, layers.Dense(10, name="F")(layers.GlobalAveragePooling2D()(x)))


NETWORKS = {"lenet5-bn": lenet5_bn, "resnet8": resnet8}


class Timer(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.time()

    def on_epoch_end(self, epoch, logs=None):
        say("Keras fit", network=sys.argv[2], epoch=epoch, train_s=time.time() - self.begin, train_loss=logs["loss"])


def main():
    x, y = even_half(sys.argv[1])
    x = x.astype("float32") / 255
    model = NETWORKS[sys.argv[2]]()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, batch_size=128, epochs=int(sys.argv[3]) if len(sys.argv) > 3 else 1, verbose=0, callbacks=[Timer()])


if __name__ == "__main__":
    main()
