package org.lenet5.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lenet5.data.Augmentation;
import org.lenet5.data.BatchStream;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.index.Indices;

/**
 * Images as they are, below them what each way to vary them makes of them, and at last what all
 * together do.
 */
public final class AugmentedRows {
  private AugmentedRows() {}

  /**
   * The rows of an {@link ImageGridPicture}. Where there is but one way, its row is the last.
   *
   * @param batches the same images in the same order, varied in the way that is asked for
   */
  public static List<ImageGridPicture.Row> of(
      Augmentation augmentation, Function<Augmentation, BatchStream> batches) {
    List<ImageGridPicture.Row> rows = new ArrayList<>();
    rows.add(row("Original", batches.apply(Augmentation.NONE)));
    List<Augmentation> each =
        augmentation.operations().stream()
            .map(operation -> new Augmentation(List.of(operation)))
            .toList();
    if (each.size() > 1) {
      each.forEach(one -> rows.add(row(one.toString(), batches.apply(one))));
    }
    rows.add(row("As trained on", batches.apply(augmentation)));
    return rows;
  }

  private static ImageGridPicture.Row row(String caption, BatchStream batches) {
    try (batches) {
      ByteNdArray all = batches.next().images();
      long count = Math.min(ImageGridPicture.MOST, all.shape().get(0));
      ByteNdArray lent = all.slice(Indices.range(0, count));
      ByteNdArray kept = NdArrays.ofBytes(lent.shape());
      lent.copyTo(kept);
      return new ImageGridPicture.Row(caption, kept);
    }
  }
}
