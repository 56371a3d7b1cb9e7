package org.lenet5.training;

import java.util.ArrayList;
import java.util.List;
import org.lenet5.data.Batch;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.index.Indices;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * The input tensors for batches of one size; they are filled again for each batch. A batch is split
 * into parts of nearly equal size, and each part is computed on a core of its own: with batches as
 * small as 10 this uses the cores better than several threads for each operation.
 *
 * <p>Holds native memory until it is closed. Not thread-safe.
 */
final class BatchFeed implements AutoCloseable {
  private final List<Part> parts = new ArrayList<>();
  private final int size;
  private final double[] classWeights; // null: all 1, and the tensors stay as they are
  private final float[] distribution; // of one image

  /**
   * The images from {@code start} to below {@code start + length}. If there are fewer images than
   * parts, some parts are empty. oneDNN's convolutions give an empty batch a wrong shape, so an
   * empty part is fed one black image with weight 0.
   *
   * @param images uint8 [max(length, 1),height,width,channels]
   * @param targets float32 [max(length, 1),classes]: what each image is to be taken for
   * @param weights float32 [max(length, 1),1]: the weight of each image's loss in the batch's mean
   * @param answers float32 [max(length, 1),classes], a teacher's; null without one
   */
  record Part(
      int start, int length, TUint8 images, TFloat32 targets, TFloat32 weights, TFloat32 answers) {}

  /**
   * @param size images in the batch, at least 1
   * @param count parts, at least 1
   * @param classWeights by class; null: an image counts as much as any other
   * @param taught whether there is a teacher
   */
  BatchFeed(
      int size, int count, ImageShape image, int classes, double[] classWeights, boolean taught) {
    this.size = size;
    this.classWeights = classWeights;
    this.distribution = new float[classes];
    for (int i = 0; i < count; i++) {
      int start = size * i / count;
      int length = size * (i + 1) / count - start;
      int rows = Math.max(length, 1);
      float weight = length == 0 ? 0 : 1f / size;
      parts.add(
          new Part(
              start,
              length,
              TUint8.tensorOf(
                  Shape.of(rows, image.height(), image.width(), image.channels()),
                  pixels -> pixels.scalars().forEach(value -> value.setByte((byte) 0))),
              zeros(Shape.of(rows, classes)),
              TFloat32.tensorOf(
                  Shape.of(rows, 1), all -> all.scalars().forEach(value -> value.setFloat(weight))),
              taught ? zeros(Shape.of(rows, classes)) : null));
    }
  }

  private static TFloat32 zeros(Shape shape) {
    return TFloat32.tensorOf(shape, all -> all.scalars().forEach(value -> value.setFloat(0)));
  }

  /**
   * Copies a batch of this size.
   *
   * @param targets what its images are to be taken for; an image's weight is that of its classes
   *     without smoothing
   */
  void fill(Batch batch, Targets targets) {
    for (Part part : parts) {
      if (part.length() == 0) {
        continue;
      }
      batch
          .images()
          .slice(Indices.range(part.start(), part.start() + part.length()))
          .copyTo(part.images());
      for (int i = 0; i < part.length(); i++) {
        int image = part.start() + i;
        if (classWeights != null) {
          Targets.LABELS.write(batch, image, distribution);
          part.weights().setFloat((float) (weight() / size), i, 0);
        }
        targets.write(batch, image, distribution);
        for (int c = 0; c < distribution.length; c++) {
          part.targets().setFloat(distribution[c], i, c);
        }
      }
    }
  }

  /**
   * Copies a teacher's answers to a batch of this size.
   *
   * @param answers float [n · classes], image by image
   */
  void teach(float[] answers) {
    int classes = distribution.length;
    for (Part part : parts) {
      for (int i = 0; i < part.length(); i++) {
        for (int c = 0; c < classes; c++) {
          part.answers().setFloat(answers[(part.start() + i) * classes + c], i, c);
        }
      }
    }
  }

  private double weight() {
    double weight = 0;
    for (int c = 0; c < distribution.length; c++) {
      weight += distribution[c] * classWeights[c];
    }
    return weight;
  }

  List<Part> parts() {
    return parts;
  }

  @Override
  public void close() {
    for (Part part : parts) {
      part.images().close();
      part.targets().close();
      part.weights().close();
      if (part.answers() != null) {
        part.answers().close();
      }
    }
  }
}
