package org.lenet5.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.luciad.imageio.webp.WebPReadParam;
import com.twelvemonkeys.imageio.color.ColorProfiles;
import com.twelvemonkeys.imageio.color.ColorSpaces;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes WebP with Google's libwebp, and adds what libwebp leaves to its caller: the first frame
 * of an animation, and colour profiles. Not thread-safe.
 */
final class WebPReader extends ImageReader {
  private WebPContainer container;
  private ImageReader libwebp;

  WebPReader() {
    super(null);
  }

  private ImageReader libwebp() throws IOException {
    if (libwebp == null) {
      ImageInputStream in = (ImageInputStream) getInput();
      byte[] encoded = new byte[(int) in.length()];
      in.seek(0);
      in.readFully(encoded);
      container = WebPContainer.of(encoded);
      libwebp = new WebPImageReaderSpi().createReaderInstance(null);
      libwebp.setInput(new ByteArrayImageInputStream(container.still()), true, true);
    }
    return libwebp;
  }

  @Override
  public int getNumImages(boolean allowSearch) {
    return 1;
  }

  @Override
  public int getWidth(int image) throws IOException {
    try {
      return libwebp().getWidth(0);
    } catch (EOFException | DamagedImageException e) {
      throw e;
    } catch (IOException e) {
      throw plain(e);
    }
  }

  @Override
  public int getHeight(int image) throws IOException {
    getWidth(0); // for its errors
    return libwebp().getHeight(0);
  }

  /** Where the picture is seen: an animation's first frame may be a part of its canvas. */
  FramePlace screen() throws IOException {
    int width = getWidth(0);
    int height = getHeight(0);
    return new FramePlace(
        Math.max(container.width(), container.left() + width),
        Math.max(container.height(), container.top() + height),
        container.left(),
        container.top());
  }

  @Override
  public Iterator<ImageTypeSpecifier> getImageTypes(int image) {
    return Collections.singleton(
            ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_INT_ARGB))
        .iterator();
  }

  @Override
  public IIOMetadata getStreamMetadata() {
    return null;
  }

  @Override
  public IIOMetadata getImageMetadata(int image) {
    return null;
  }

  @Override
  public BufferedImage read(int image, ImageReadParam param) throws IOException {
    WebPReadParam own = new WebPReadParam();
    // As dwebp -nofancy does: no smooth upsampling of colours, as they are averaged here anyway.
    own.setNoFancyUpsampling(true);
    int stepX = param == null ? 1 : param.getSourceXSubsampling();
    int stepY = param == null ? 1 : param.getSourceYSubsampling();
    if (stepX > 1 || stepY > 1) {
      own.setUseScaling(true);
      own.setScaledWidth((getWidth(0) + stepX - 1) / stepX);
      own.setScaledHeight((getHeight(0) + stepY - 1) / stepY);
    }
    BufferedImage plain;
    try {
      plain = libwebp().read(0, own);
    } catch (IOException e) {
      throw plain(e);
    }
    return container.profile() == null ? plain : withProfile(plain, container.profile());
  }

  // libwebp reports errors as numbers.
  private static DamagedImageException plain(IOException e) {
    boolean tooShort = String.valueOf(e.getMessage()).matches(".*(NotEnoughData|Suspended).*");
    DamagedImageException plain =
        new DamagedImageException(
            tooShort ? "it ends too early" : "its WebP data is none that libwebp can decode");
    plain.initCause(e);
    return plain;
  }

  private BufferedImage withProfile(BufferedImage image, byte[] bytes) {
    try {
      ICC_Profile profile = ColorProfiles.createProfile(bytes);
      if (profile.getColorSpaceType() != ColorSpace.TYPE_RGB || ColorProfiles.isCS_sRGB(profile)) {
        return image;
      }
      DirectColorModel model =
          new DirectColorModel(
              ColorSpaces.createColorSpace(profile),
              image.getColorModel().hasAlpha() ? 32 : 24,
              0xFF0000,
              0xFF00,
              0xFF,
              image.getColorModel().hasAlpha() ? 0xFF000000 : 0,
              false,
              DataBuffer.TYPE_INT);
      return new BufferedImage(model, image.getRaster(), false, null);
    } catch (CMMException | IllegalArgumentException e) {
      processWarningOccurred("its colour profile is none that Java reads: " + e.getMessage());
      return image;
    }
  }

  @Override
  public String getFormatName() {
    return "webp";
  }

  @Override
  public void dispose() {
    if (libwebp != null) {
      libwebp.dispose();
    }
  }
}
