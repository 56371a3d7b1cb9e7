package org.lenet5.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A convolution of stride 1 without padding, its bias, ReLU and the 2×2 max pool behind it, if
 * there is one, as one product of matrices (Chellapilla, Puri and Simard 2006).
 *
 * <p>With few channels such a product has too few columns to keep a processor's vectors busy, and
 * copying each window costs more than the product. So outputs are computed a tile of t×t at a time:
 * a row of the left matrix is the window of (f+t−1)×(f+t−1) pixels that a tile depends on, a column
 * of the right one is the kernel shifted to a place of the tile, with zeros around it. The zeros
 * cost additional multiplications; even so the product takes less time than TensorFlow's
 * convolution, and much less for the gradients. Results differ only in the order of sums.
 *
 * <p>Between layers images are kept in tiles, too: float32 [n,h/t,w/t,t·t·channels], a tile's
 * pixels row by row.
 */
final class TiledConvolution {
  // Enough to fill a vector register; measured on CPUs with AVX-512.
  private static final int FEWEST_CHANNELS = 16;

  // Of one image's windows.
  private static final int MOST_VALUES = 1 << 18;

  private final int size;
  private final int channels;
  private final int filters;
  private final int inputHeight;
  private final int inputWidth;
  private final boolean pooled;
  private final int tile;
  private final int window;
  private final int height; // tiles of the output, down
  private final int width; // and across

  /**
   * Plans a layer.
   *
   * @param convolution the layer
   * @param row its shapes
   * @param pooled whether the 2×2 max pool is done as well
   * @throws IllegalArgumentException if tiles do not fit
   */
  TiledConvolution(Convolution convolution, Model.Row row, boolean pooled) {
    if (!isPlain(convolution)) {
      throw new IllegalArgumentException(
          convolution + " must have square filters, stride 1 and no padding");
    }
    size = convolution.height();
    filters = convolution.filters();
    inputHeight = (int) row.input().get(0);
    inputWidth = (int) row.input().get(1);
    channels = (int) row.input().get(2);
    this.pooled = pooled;
    tile = tile(row.input(), pooled);
    window = window(size, tile);
    height = inputHeight / tile - window + 1;
    width = inputWidth / tile - window + 1;
    if (!isWhole(size, row.input(), tile)) {
      throw new IllegalArgumentException(
          convolution + " of " + row.input() + " cannot be cut into tiles of " + tile);
    }
  }

  private static boolean isPlain(Convolution convolution) {
    return convolution.stride() == 1
        && !convolution.isSame()
        && convolution.height() == convolution.width();
  }

  /**
   * Whether tiles fit and are worth it: a large image's windows take more memory than they save.
   */
  static boolean fits(Convolution convolution, Shape input, boolean pooled) {
    if (!isPlain(convolution)) {
      return false;
    }
    int tile = tile(input, pooled);
    int size = convolution.height();
    long side = (long) window(size, tile) * tile;
    long windows = (input.get(0) - size + 1) / tile * ((input.get(1) - size + 1) / tile);
    return isWhole(size, input, tile) && windows * side * side * input.get(2) <= MOST_VALUES;
  }

  private static int tile(Shape input, boolean pooled) {
    int tile = pooled ? 2 : 1;
    while (input.get(2) * tile * tile < FEWEST_CHANNELS) {
      tile *= 2;
    }
    return tile;
  }

  private static int window(int size, int tile) {
    return (size + tile - 1 + tile - 1) / tile;
  }

  private static boolean isWhole(int size, Shape input, int tile) {
    int window = window(size, tile);
    for (int axis = 0; axis < 2; axis++) {
      long side = input.get(axis);
      if (side % tile != 0 || (side / tile - window + 1) * tile != side - size + 1) {
        return false;
      }
    }
    return true;
  }

  /** Side of the tiles that the layer takes, in pixels. */
  int tile() {
    return tile;
  }

  /** Side of the tiles that it makes. */
  int outputTile() {
    return pooled ? tile / 2 : tile;
  }

  /**
   * The right matrix, to be made once for all parts of a batch.
   *
   * @param kernel float32 [f,f,in,filters]
   * @return float32 [window², t·t·filters]
   */
  Operand<TFloat32> matrix(Ops ops, Operand<TFloat32> kernel) {
    int values = size * size * channels;
    Operand<TFloat32> rows = ops.reshape(kernel, ops.constant(new int[] {values, filters}));
    Operand<TFloat32> andZeros =
        ops.pad(rows, ops.constant(new int[][] {{0, 1}, {0, 0}}), ops.constant(0f));
    List<Integer> chosen = new ArrayList<>();
    List<int[]> places = places();
    for (int[] pixel : windowPixels()) {
      for (int channel = 0; channel < channels; channel++) {
        for (int[] place : places) {
          int y = pixel[0] - place[0];
          int x = pixel[1] - place[1];
          boolean inside = y >= 0 && x >= 0 && y < size && x < size;
          chosen.add(inside ? (y * size + x) * channels + channel : values);
        }
      }
    }
    return ops.reshape(
        ops.gather(andZeros, ops.constant(ints(chosen)), ops.constant(0)),
        ops.constant(new int[] {windowValues(), tile * tile * filters}));
  }

  /** A window's pixels in the order of a row: tile by tile, and row by row in each. */
  private List<int[]> windowPixels() {
    List<int[]> pixels = new ArrayList<>();
    for (int i = 0; i < window * window; i++) {
      for (int j = 0; j < tile * tile; j++) {
        pixels.add(
            new int[] {
              i / window * tile + j / tile, i % window * tile + j % tile,
            });
      }
    }
    return pixels;
  }

  /**
   * A tile's places in the order of the columns: row by row; with a pool the four that it compares
   * are a quarter of the columns apart, and left and right half of them, so that columns are
   * compared first and rows second. Among equal values the first in reading order wins.
   */
  private List<int[]> places() {
    List<int[]> places = new ArrayList<>();
    int step = pooled ? 2 : 1;
    for (int right = 0; right < step; right++) {
      for (int down = 0; down < step; down++) {
        for (int y = down; y < tile; y += step) {
          for (int x = right; x < tile; x += step) {
            places.add(new int[] {y, x});
          }
        }
      }
    }
    return places;
  }

  /**
   * The left matrix of whole images, which need no gradient.
   *
   * @param images float32 [n,h,w,in]
   * @return float32 [n·windows, window²]
   */
  Operand<TFloat32> windowsOfImages(Ops ops, Operand<TFloat32> images) {
    int across = inputWidth / tile;
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < height * width; i++) {
      for (int j = 0; j < window * window; j++) {
        int y = (i / width + j / window) * tile;
        int x = i % width + j % window;
        for (int row = 0; row < tile; row++) {
          chosen.add((y + row) * across + x);
        }
      }
    }
    Operand<TFloat32> strips = // A row of a tile lies in one piece.
        ops.reshape(images, ops.constant(new int[] {-1, inputHeight * across, tile * channels}));
    return ops.reshape(
        ops.gather(strips, ops.constant(ints(chosen)), ops.constant(1)),
        ops.constant(new int[] {-1, windowValues()}));
  }

  /**
   * The left matrix of another layer's output.
   *
   * @param tiles float32 [n,h/t,w/t,t·t·in]
   * @return float32 [n·windows, window²]
   */
  Operand<TFloat32> windows(Ops ops, Operand<TFloat32> tiles) {
    // A window's columns first, then its rows: 2·window slices instead of window².
    return ops.reshape(
        shifts(ops, shifts(ops, tiles, 2), 1), ops.constant(new int[] {-1, windowValues()}));
  }

  /** The slices along an axis that begin at 0, 1, 2 …, side by side as channels. */
  private Operand<TFloat32> shifts(Ops ops, Operand<TFloat32> x, int axis) {
    List<Operand<TFloat32>> slices = new ArrayList<>();
    int[] lengths = {-1, -1, -1, -1}; // int: the gradient of a slice by longs cannot be built
    lengths[axis] = axis == 1 ? height : width;
    for (int i = 0; i < window; i++) {
      int[] begin = new int[4];
      begin[axis] = i;
      slices.add(ops.slice(x, ops.constant(begin), ops.constant(lengths)));
    }
    return window == 1 ? slices.get(0) : ops.concat(slices, ops.constant(3));
  }

  /**
   * Adds the layer to a graph.
   *
   * @param windows of {@link #windows} or {@link #windowsOfImages}
   * @param matrix of {@link #matrix}
   * @param bias float32 [filters]
   * @param relu whether ReLU follows
   * @return float32 [n,h/t,w/t,t·t·filters], where t is {@link #outputTile}, h and w the output's
   */
  Operand<TFloat32> apply(
      Ops ops,
      Operand<TFloat32> windows,
      Operand<TFloat32> matrix,
      Operand<TFloat32> bias,
      boolean relu) {
    Operand<TFloat32> x = ops.linalg.matMul(windows, matrix);
    if (pooled) {
      x = larger(ops, larger(ops, x)); // before bias and ReLU, which change no order
    }
    Operand<TFloat32> sums = biased(ops, x, bias, outputTile() * outputTile());
    return images(ops, relu ? ops.nn.relu(sums) : sums);
  }

  /**
   * The sums of all places without bias and before any pool, the filters the fastest axis: float32
   * [n·windows,t·t·filters].
   */
  Operand<TFloat32> sums(Ops ops, Operand<TFloat32> windows, Operand<TFloat32> matrix) {
    return ops.linalg.matMul(windows, matrix);
  }

  /** Of how many places there are {@link #sums} in an image. */
  int placesOfAnImage() {
    return height * width * tile * tile;
  }

  /** What {@link #apply} gives, of {@link #sums} that were changed meanwhile. */
  Operand<TFloat32> images(Ops ops, Operand<TFloat32> sums, boolean relu) {
    Operand<TFloat32> x = pooled ? larger(ops, larger(ops, sums)) : sums;
    return images(ops, relu ? ops.nn.relu(x) : x);
  }

  private static Operand<TFloat32> biased(
      Ops ops, Operand<TFloat32> x, Operand<TFloat32> bias, int places) {
    Operand<TFloat32> biases =
        places == 1 ? bias : ops.concat(Collections.nCopies(places, bias), ops.constant(0));
    return ops.nn.biasAdd(x, biases);
  }

  private Operand<TFloat32> images(Ops ops, Operand<TFloat32> x) {
    return ops.reshape(
        x, ops.constant(new int[] {-1, height, width, outputTile() * outputTile() * filters}));
  }

  // Where both halves are equal, the first gets the gradient, as in a max pool.
  private static Operand<TFloat32> larger(Ops ops, Operand<TFloat32> x) {
    List<Output<TFloat32>> halves = ops.split(ops.constant(1), x, 2L).output();
    return ops.math.maximum(halves.get(0), halves.get(1));
  }

  private int windowValues() {
    return window * tile * window * tile * channels;
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
