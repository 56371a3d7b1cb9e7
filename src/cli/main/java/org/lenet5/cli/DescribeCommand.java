package org.lenet5.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lenet5.data.DataDescription;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.OpenedData;
import org.lenet5.data.PathSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a data set holds. */
@Command(
    name = "describe",
    description =
        "Say what a data set holds, as train would take it: its size, how many images each class"
            + " has, how large the pictures are, its digest and where it lies.")
final class DescribeCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private PictureFlags pictures;
  @Mixin private DataFolder folder;

  @Parameters(
      paramLabel = "PATH|NAME",
      description = "One that data list names, or a path as train takes it.")
  private String dataset;

  @Option(names = "--json", description = "Print one JSON object instead.")
  private boolean json;

  @Override
  public void run() {
    DataStore store = new DataStore(folder.path());
    String name = store.named(dataset);
    String location;
    OpenedData opened;
    try (Terminal.Fetching progress = new Terminal.Fetching()) {
      if (DataStore.isPath(name)) {
        location = name;
        opened = new PathSource(Path.of(name), pictures.options(), folder.path()).open(progress);
      } else {
        DataStore.Entry entry = DataCommand.known(name, folder).source(name).describe();
        location = entry.location();
        if (entry.state() == DataStore.State.ABSENT) {
          print(List.of(json ? absent(entry) : said(entry)));
          return;
        }
        opened = store.open(name, pictures.options(), folder.path(), progress);
      }
    }
    DataDescription described = DataDescription.of(opened);
    print(json ? List.of(json(described, location)) : text(described, location));
  }

  private void print(List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
  }

  private static String said(DataStore.Entry entry) {
    return String.format(
        Locale.ROOT,
        "%s: not here yet, data fetch %s brings it: %,d training and %,d test images of %dx%d in %s, %d classes, %.1f MB",
        entry.name(),
        entry.name(),
        entry.training(),
        entry.test(),
        entry.shape().height(),
        entry.shape().width(),
        entry.shape().isGrey() ? "grey" : "colour",
        entry.classes(),
        entry.bytes() / 1e6);
  }

  private static String absent(DataStore.Entry entry) {
    ObjectNode json = new JsonMapper().createObjectNode();
    json.put("name", entry.name()).put("state", "absent").put("where", entry.location());
    return json.toString();
  }

  private static List<String> text(DataDescription described, String location) {
    OpenedData opened = described.opened();
    Dataset data = opened.data();
    TextTable about = new TextTable(2, List.of("Name", data.name()));
    about.add(List.of("Where", location));
    opened.packed().ifPresent(each -> about.add(List.of("Packed in", each.toString())));
    about.add(
        List.of(
            "Images",
            String.format(
                Locale.ROOT,
                "%,d training, %,d validation, %,d test; %dx%d (height x width) in %s; %.1f MB",
                data.train().size(),
                validation(data),
                data.test().size(),
                data.shape().height(),
                data.shape().width(),
                data.shape().isGrey() ? "grey" : "colour",
                bytes(data) / 1e6)));
    described.sizes().ifPresent(each -> about.add(List.of("Made of", said(each))));
    about.add(List.of("Classes", Integer.toString(data.classNames().size())));
    about.add(List.of("SHA-256", data.sha256()));
    opened.skipped().forEach(each -> about.add(List.of("Left out", each)));
    TextTable classes = new TextTable(1, List.of("Class", "Training", "Validation", "Test"));
    for (DataDescription.ClassCount each : described.classes()) {
      classes.add(
          List.of(each.name(), said(each.training()), said(each.validation()), said(each.test())));
    }
    List<String> lines = new ArrayList<>(about.lines());
    lines.add("");
    lines.addAll(classes.lines());
    return lines;
  }

  private static String said(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String said(DataDescription.Sizes sizes) {
    return sizes.share() == 1
        ? sizes.usual() + " (width x height), all of them"
        : String.format(
            Locale.ROOT,
            "%s to %s (width x height), most often %s (%.0f %%)",
            sizes.smallest(),
            sizes.largest(),
            sizes.usual(),
            100 * sizes.share());
  }

  private static int validation(Dataset data) {
    return data.validation().map(LabeledImages::size).orElse(0);
  }

  private static long bytes(Dataset data) {
    long images = (long) data.train().size() + validation(data) + data.test().size();
    return images * data.shape().bytes();
  }

  private static String json(DataDescription described, String location) {
    OpenedData opened = described.opened();
    Dataset data = opened.data();
    ObjectNode json = new JsonMapper().createObjectNode();
    json.put("name", data.name());
    json.put("state", "present");
    json.put("where", location);
    json.put("packed", opened.packed().map(Path::toString).orElse(null));
    json.put("height", data.shape().height());
    json.put("width", data.shape().width());
    json.put("channels", data.shape().channels());
    json.put("bytes", bytes(data));
    json.put("training", data.train().size());
    json.put("validation", validation(data));
    json.put("test", data.test().size());
    json.put("sha256", data.sha256());
    described
        .sizes()
        .ifPresent(
            sizes -> {
              ObjectNode all = json.putObject("pictures");
              put(all, "smallest", sizes.smallest());
              put(all, "largest", sizes.largest());
              put(all, "usual", sizes.usual());
              all.put("usual_share", sizes.share());
            });
    ArrayNode classes = json.putArray("classes");
    for (DataDescription.ClassCount each : described.classes()) {
      classes
          .addObject()
          .put("name", each.name())
          .put("training", each.training())
          .put("validation", each.validation())
          .put("test", each.test());
    }
    opened.skipped().forEach(json.putArray("left_out")::add);
    return json.toString();
  }

  private static void put(ObjectNode json, String name, DataDescription.Size size) {
    json.putObject(name).put("width", size.width()).put("height", size.height());
  }
}
