import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Draws "photographs" of four kinds of places into a folder for each, as JPEGs of different sizes
 * and qualities; every third was taken with the camera on its side, which only EXIF tells:
 *
 * <pre>java RenderPhotos.java FOLDER [PHOTOS OF EACH KIND]</pre>
 *
 * The same photographs each time.
 */
public final class RenderPhotos {
  private static final String[] PLACES = {"beach", "city-at-night", "forest", "mountains"};
  private static final int UPRIGHT = 1;
  private static final int TURNED_LEFT = 6; // EXIF: to be turned right by a quarter

  private final Random random;
  private final int width;
  private final int height;
  private final BufferedImage photo;
  private final Graphics2D pen;

  private RenderPhotos(long seed) {
    random = new Random(seed);
    width = between(300, 640);
    height = between(220, 480);
    photo = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    pen = photo.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
  }

  public static void main(String[] args) throws IOException {
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    for (int place = 0; place < PLACES.length; place++) {
      Path folder = Files.createDirectories(Path.of(args[0]).resolve(PLACES[place]));
      for (int i = 0; i < count; i++) {
        RenderPhotos photo = new RenderPhotos(1000L * i + place);
        photo.draw(PLACES[place]);
        int orientation = i % 3 == 2 ? TURNED_LEFT : UPRIGHT;
        Files.write(folder.resolve("%03d.jpg".formatted(i)), photo.jpeg(orientation));
      }
    }
  }

  private void draw(String place) {
    switch (place) {
      case "beach" -> beach();
      case "city-at-night" -> city();
      case "forest" -> forest();
      default -> mountains();
    }
    pen.dispose();
    grain(between(3, 10));
  }

  private int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private int part(double least, double most, int whole) {
    return (int) (whole * (least + random.nextDouble() * (most - least)));
  }

  /** A colour near this one, brighter or darker as the light is. */
  private Color near(int red, int green, int blue) {
    int light = between(-25, 25);
    return new Color(level(red + light), level(green + light), level(blue + light));
  }

  private int level(int level) {
    return Math.max(0, Math.min(255, level + between(-12, 12)));
  }

  private void fill(int top, int bottom, Color above, Color below) {
    pen.setPaint(new GradientPaint(0, top, above, 0, bottom, below));
    pen.fillRect(0, top, width, bottom - top);
  }

  private void beach() {
    int sea = part(0.3, 0.5, height);
    int sand = part(0.6, 0.75, height);
    fill(0, sea, near(90, 160, 230), near(190, 220, 245));
    fill(sea, sand, near(20, 90, 160), near(60, 160, 190));
    fill(sand, height, near(235, 215, 165), near(210, 180, 120));
    pen.setColor(new Color(255, 250, 220));
    int sun = part(0.05, 0.12, width);
    pen.fillOval(part(0.1, 0.8, width), part(0.05, 0.2, height), sun, sun);
    for (int i = between(0, 4); i > 0; i--) { // parasols
      int x = part(0.05, 0.9, width);
      int y = part(0.75, 0.9, height);
      pen.setColor(near(200, 60, 60));
      pen.fillArc(x, y - 25, 50, 40, 0, 180);
      pen.fillRect(x + 24, y - 5, 3, 30);
    }
  }

  private void city() {
    fill(0, height, near(10, 12, 40), near(40, 30, 60));
    for (int x = 0; x < width; ) {
      int wide = part(0.06, 0.16, width);
      int top = part(0.2, 0.7, height);
      pen.setColor(near(28, 28, 34));
      pen.fillRect(x, top, wide, height - top);
      pen.setColor(near(240, 205, 110));
      for (int y = top + 6; y < height - 8; y += 14) {
        for (int w = x + 5; w < x + wide - 8; w += 12) {
          if (random.nextInt(5) < 2) {
            pen.fillRect(w, y, 6, 8);
          }
        }
      }
      x += wide + between(0, 6);
    }
  }

  private void forest() {
    fill(0, height, near(150, 190, 160), near(50, 80, 40));
    for (int i = 0; i < 40; i++) {
      int x = between(0, width);
      int foot = part(0.45, 1, height);
      int tall = part(0.25, 0.6, height);
      pen.setColor(near(80, 55, 30));
      pen.setStroke(new BasicStroke(between(3, 9)));
      pen.drawLine(x, foot, x, foot - tall);
      pen.setColor(near(35, 95, 40));
      int crown = between(25, 60);
      pen.fillPolygon(
          new Polygon(
              new int[] {x - crown, x + crown, x},
              new int[] {foot - tall / 4, foot - tall / 4, foot - tall - crown},
              3));
    }
  }

  private void mountains() {
    fill(0, height, near(120, 170, 225), near(215, 230, 240));
    for (int range = 0; range < 3; range++) {
      for (int i = 0; i < 3; i++) {
        int x = between(0, width);
        int top = part(0.1 + 0.15 * range, 0.3 + 0.15 * range, height);
        int half = part(0.25, 0.45, width);
        Color rock = near(125 - 20 * range, 125 - 20 * range, 135 - 20 * range);
        triangle(x, top, half, height - top, rock);
        triangle(x, top, half / 4, (height - top) / 4, near(240, 242, 250)); // snow
      }
    }
    fill(part(0.85, 0.95, height), height, near(90, 130, 70), near(70, 110, 50));
  }

  private void triangle(int x, int top, int half, int tall, Color color) {
    pen.setColor(color);
    pen.fillPolygon(
        new Polygon(
            new int[] {x - half, x + half, x}, new int[] {top + tall, top + tall, top}, 3));
  }

  private void grain(int most) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = photo.getRGB(x, y);
        int noise = between(-most, most);
        int grainy = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          grainy |= Math.max(0, Math.min(255, (rgb >> shift & 255) + noise)) << shift;
        }
        photo.setRGB(x, y, grainy);
      }
    }
  }

  private byte[] jpeg(int orientation) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(0.6f + 0.35f * random.nextFloat());
      writer.setOutput(stream);
      writer.write(null, new IIOImage(lying(orientation), null, null), param);
    } finally {
      writer.dispose();
    }
    return orientation == UPRIGHT ? out.toByteArray() : withExif(out.toByteArray(), orientation);
  }

  /** As the camera's chip saw it. */
  private BufferedImage lying(int orientation) {
    if (orientation == UPRIGHT) {
      return photo;
    }
    BufferedImage turned = new BufferedImage(height, width, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned.setRGB(y, width - 1 - x, photo.getRGB(x, y));
      }
    }
    return turned;
  }

  /**
   * Behind the two bytes of the start an APP1 segment: "Exif", then TIFF's header and a directory of
   * one entry, tag 0x0112, a SHORT.
   */
  private static byte[] withExif(byte[] jpeg, int orientation) {
    byte[] segment = {
      (byte) 0xFF, (byte) 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, //
      'M', 'M', 0, 42, 0, 0, 0, 8, //
      0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, //
      0, 0, 0, 0
    };
    byte[] all = Arrays.copyOf(jpeg, jpeg.length + segment.length);
    System.arraycopy(segment, 0, all, 2, segment.length);
    System.arraycopy(jpeg, 2, all, 2 + segment.length, jpeg.length - 2);
    return all;
  }
}
