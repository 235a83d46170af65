package io.abraxas.examples;

import io.vertx.core.buffer.Buffer;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Pictures as bytes and back, by the JDK's own means. */
final class Pictures {
  private Pictures() {}

  /** A picture that is a little different for each seed, as PNG. */
  static Buffer draw(int width, int height, int seed) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    Color from = Color.getHSBColor(seed / 7f, 0.6f, 1f);
    graphics.setPaint(new GradientPaint(0, 0, from, width, height, Color.DARK_GRAY));
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(Color.WHITE);
    graphics.fillOval(width / 4, height / 4, width / 2, height / 2);
    graphics.dispose();
    return png(picture);
  }

  static BufferedImage read(Buffer bytes) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes.getBytes()));
    if (picture == null) {
      throw new IOException("no picture of a kind that can be read");
    }
    return picture;
  }

  static BufferedImage half(BufferedImage picture) {
    int width = Math.max(1, picture.getWidth() / 2);
    int height = Math.max(1, picture.getHeight() / 2);
    BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = half.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return half;
  }

  static Buffer png(BufferedImage picture) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(picture, "png", bytes);
      return Buffer.buffer(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Such as {@code 120x90}. */
  static String size(Buffer bytes) {
    try {
      BufferedImage picture = read(bytes);
      return picture.getWidth() + "x" + picture.getHeight();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
