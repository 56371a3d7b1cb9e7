package org.lenet5.image;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Faults of one picture that can be decoded in spite of them. There are two kinds: damage, where
 * pixels are missing or wrong, and oddities of pictures that are whole. Not thread-safe.
 */
final class ImageFaults implements IIOReadWarningListener {
  // Some decoders warn of each damaged row.
  private static final int MOST = 10;

  private static final Pattern STRAY_BYTES =
      Pattern.compile("Corrupt JPEG data: (\\d+) extraneous bytes before marker 0x(..)");

  // What libjpeg, Java's GIF decoder and TwelveMonkeys' TIFF decoder say where data is missing or
  // wrong.
  private static final Pattern DAMAGE =
      Pattern.compile(
          "Corrupt JPEG data: .*|Premature end of JPEG .*|Inconsistent progression .*"
              + "|Out-of-sequence code!|strip/tileByteCount < required .*");

  // Sound pictures have these: they tell how the decoder fills in what the file may leave out.
  private static final Pattern USUAL =
      Pattern.compile(
          "No embedded ICC color profile.*|ICC profile is Perceptual.*|16 bit DQT encountered"
              + "|Ignoring embedded ICC color profile for Bi-level.*|8 bit ColorMap detected\\."
              + "|Missing (Photometric|StripByteCounts|TileByteCounts).*"
              + "|Detected compression type .*|Old-style JPEG compressed TIFF .*");

  private static final String NO_END_OF_JPEG = "Truncated File - Missing EOI marker";
  private static final String END_OF_JPEG = "d9";

  private final JpegStructure jpeg;
  private final Set<String> damage = new LinkedHashSet<>();
  private final Set<String> oddities = new LinkedHashSet<>();

  /**
   * @param jpeg how the file is built, null if it is no JPEG
   */
  ImageFaults(JpegStructure jpeg) {
    this.jpeg = jpeg;
  }

  /** Pixels are missing or wrong. */
  void damage(String clause) {
    add(damage, clause);
  }

  /** All pixels are there, but something about the file is odd. */
  void oddity(String clause) {
    add(oddities, clause);
  }

  private static void add(Set<String> clauses, String clause) {
    if (clauses.size() < MOST) {
      clauses.add(clause);
    }
  }

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    Matcher stray = STRAY_BYTES.matcher(warning);
    if (warning.equals(NO_END_OF_JPEG)) {
      if (jpeg == null || jpeg.hasAllScans()) {
        oddity("its end marker is missing");
      } else {
        damage("it ends too early");
      }
    } else if (stray.matches() && isHarmless(stray.group(2))) {
      oddity(stray.group(1) + " bytes of it belong to nothing");
    } else if (DAMAGE.matcher(warning).matches()) {
      damage("picture data is missing or wrong (\"" + warning + "\")");
    } else if (!USUAL.matcher(warning).matches()) {
      oddity("its decoder says \"" + warning + "\"");
    }
  }

  // Bytes after the last pixel are in many sound photos, and so are some before the first. libjpeg
  // tells only of the first thing that it finds wrong: where more pixels come, more may be.
  private boolean isHarmless(String nextMarker) {
    return nextMarker.equals(END_OF_JPEG) || jpeg != null && jpeg.hasStrayBytesInFront();
  }

  /**
   * The warnings to give.
   *
   * @param lenient whether damage is
   * @throws DamagedImageException if there is damage and it is not
   */
  List<String> warnings(boolean lenient) throws DamagedImageException {
    if (!lenient && !damage.isEmpty()) {
      throw new DamagedImageException(damage.iterator().next());
    }
    List<String> all = new ArrayList<>(damage);
    all.addAll(oddities);
    return List.copyOf(all);
  }
}
