package app;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** Runs {@link LabelAll} as a servlet container or an IDE runs its parts: CLASSPATH ARGUMENT… */
public final class InChildLoader {
  private InChildLoader() {}

  public static void main(String[] args) throws ReflectiveOperationException, IOException {
    ImageIO.scanForPlugins(); // as it stands here, none of the part's libraries is seen
    List<URL> urls = new ArrayList<>();
    for (String each : args[0].split(File.pathSeparator)) {
      urls.add(Path.of(each).toUri().toURL());
    }
    ClassLoader parent = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader child = new URLClassLoader(urls.toArray(URL[]::new), parent)) {
      child
          .loadClass("app.LabelAll")
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    }
  }
}
