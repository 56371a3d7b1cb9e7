"""lenet5-bn and resnet8 in Keras 3, trained by fit: Adam 0.001, batch 128, no augmentation.
usage: networks_keras.py CIFAR_FOLDER NETWORK [EPOCHS]"""
import os, sys, time
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import keras
from keras import layers
from cifar10 import even_half, say


def normalized(x, relu=True):
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-3)(x)
    return layers.ReLU()(x) if relu else x


def lenet5_bn():
    inputs = x = keras.Input((32, 32, 3))
    x = layers.MaxPooling2D(2)(normalized(layers.Conv2D(6, 5)(x)))
    x = normalized(layers.Conv2D(16, 5)(x))
    x = layers.GlobalMaxPooling2D()(normalized(layers.Conv2D(120, 5)(x)))
    for units in (84, 42):
        x = normalized(layers.Dense(units)(x))
    return keras.Model(inputs, layers.Dense(10)(x))


def resnet8():
    def block(x, filters, stride):
        y = normalized(layers.Conv2D(filters, 3, stride, "same")(x))
        y = normalized(layers.Conv2D(filters, 3, padding="same")(y), relu=False)
        shortcut = x if stride == 1 else layers.Conv2D(filters, 1, stride, "same")(x)
        return layers.ReLU()(layers.add([shortcut, y]))

    inputs = keras.Input((32, 32, 3))
    x = normalized(layers.Conv2D(16, 3, padding="same")(inputs))
    for filters, stride in ((16, 1), (32, 2), (64, 2)):
        x = block(x, filters, stride)
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


class Timer(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.time()

    def on_epoch_end(self, epoch, logs=None):
        say("Keras fit", network=sys.argv[2], epoch=epoch, train_s=time.time() - self.begin, train_loss=logs["loss"])


x, y = even_half(sys.argv[1])
x = x.astype("float32") / 255
model = {"lenet5-bn": lenet5_bn, "resnet8": resnet8}[sys.argv[2]]()
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y, batch_size=128, epochs=int(sys.argv[3]) if len(sys.argv) > 3 else 1, verbose=0, callbacks=[Timer()])
