package org.lenet5.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;

/**
 * The area that a file's picture takes when it is shown. The first frame of a GIF or of an animated
 * WebP may cover a part of its screen only; in all other formats the picture covers all of it.
 */
record FramePlace(int width, int height, int left, int top) {

  static FramePlace of(ImageFormat format, ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if (format == ImageFormat.WEBP) {
      return ((WebPReader) reader).screen();
    }
    if (format != ImageFormat.GIF) {
      return new FramePlace(width, height, 0, 0);
    }
    IIOMetadataNode frame = node(reader.getImageMetadata(0), "ImageDescriptor");
    int left = number(frame, "imageLeftPosition");
    int top = number(frame, "imageTopPosition");
    IIOMetadataNode screen = node(reader.getStreamMetadata(), "LogicalScreenDescriptor");
    // Some writers leave the screen's size 0.
    return new FramePlace(
        Math.max(number(screen, "logicalScreenWidth"), left + width),
        Math.max(number(screen, "logicalScreenHeight"), top + height),
        left,
        top);
  }

  private static IIOMetadataNode node(IIOMetadata metadata, String name) {
    IIOMetadataNode root =
        (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
    return (IIOMetadataNode) root.getElementsByTagName(name).item(0);
  }

  private static int number(IIOMetadataNode node, String name) {
    return Integer.parseInt(node.getAttribute(name));
  }

  /** The screen with the frame in its place, over white; both thinned out by the same steps. */
  BufferedImage with(BufferedImage frame, int stepX, int stepY) {
    int thinWidth = (width + stepX - 1) / stepX;
    int thinHeight = (height + stepY - 1) / stepY;
    if (frame.getWidth() == thinWidth && frame.getHeight() == thinHeight) {
      return frame;
    }
    BufferedImage all = new BufferedImage(thinWidth, thinHeight, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, thinWidth, thinHeight);
      graphics.drawImage(frame, left / stepX, top / stepY, Color.WHITE, null);
    } finally {
      graphics.dispose();
    }
    return all;
  }
}
