package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.image.ImageShape;

/** Data sets of one's own under a name. */
class ImportedSourceTest {
  @TempDir Path home;
  private Path data;
  private Path pictures;

  @BeforeEach
  void aFolder() throws IOException {
    data = home.resolve("data");
    pictures = PictureFiles.folder(home.resolve("my pets"), 10, "cat", "dog");
  }

  private PathSource source() {
    return new PathSource(pictures, PictureOptions.DEFAULT, data);
  }

  private DataStore.Entry imported(String name) {
    return DataStore.importing(source(), name, data, Progress.NONE);
  }

  private List<Path> inside() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("imported"))) {
      return files.toList();
    }
  }

  @Test
  void isADataSetOfThatNameWithoutItsPictures() throws IOException {
    Dataset direct = source().open();
    DataStore.Entry entry = imported("pets");
    assertThat(entry.state()).isEqualTo(DataStore.State.PRESENT);
    assertThat(entry.training()).isEqualTo(16);
    assertThat(entry.test()).isEqualTo(4);
    assertThat(entry.shape()).isEqualTo(new ImageShape(32, 32, 3));
    try (Stream<Path> files = Files.walk(pictures)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Files.delete(each);
      }
    }
    DataStore store = new DataStore(data);
    assertThat(store.names()).endsWith("pets");
    assertThat(store.list()).contains(entry);
    Dataset found = store.load("pets");
    assertThat(found.sha256()).isEqualTo(direct.sha256());
    assertThat(found.name()).isEqualTo("pets");
    assertThat(found.classNames()).containsExactly("cat", "dog");
    assertThat(store.source("pets").open(Progress.NONE).testNames()).hasSize(4);
    assertThat(store.verify("pets")).isEqualTo(direct.sha256());
    assertThat(store.fetch("pets", Progress.NONE)).isFalse();
    assertThat(store.isThere("pets")).isTrue();
    // Where there is one of that name, the name means it, and not a folder.
    assertThat(store.named("pets")).isEqualTo("pets");
    assertThat(store.named("./pets")).isEqualTo(Path.of("pets").toAbsolutePath().toString());
    assertThat(store.named("src")).isEqualTo(Path.of("src").toAbsolutePath().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cifar10", "sample", "pets"})
  void aNameThatIsTakenIsRefused(String name) throws IOException {
    imported("pets");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> imported(name))
        .withMessageStartingWith("data set's name (" + name + ") must be a new one: ");
    assertThat(inside()).containsExactly(data.resolve("imported/pets"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "..", ".hidden", "-x", "a b", "a\nb", "\u00e9"})
  void aNameThatCannotBeOneIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> imported(name))
        .withMessageContaining("must be letters, digits");
    assertThat(data.resolve("imported")).doesNotExist();
  }

  @Test
  void nothingIsLeftOfWhatCannotBeImported() throws IOException {
    Files.write(pictures.resolve("cat/broken.png"), new byte[0]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> imported("pets"))
        .withMessageContaining("1 fault, listed above");
    assertThat(inside()).isEmpty();
    Progress interrupted =
        (step, done, all) -> {
          throw new UncheckedIOException(new IOException("stopped"));
        };
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> DataStore.importing(source(), "pets", data, interrupted));
    assertThat(inside()).isEmpty();
    assertThat(new DataStore(data).names()).doesNotContain("pets");
    // What a killed import has left goes with the next one. No process has that number.
    Files.createDirectories(data.resolve("imported/.pets.part-999999999/x"));
    Files.delete(pictures.resolve("cat/broken.png"));
    imported("pets");
    assertThat(inside()).containsExactly(data.resolve("imported/pets"));
  }

  @Test
  void damageIsHeard() throws IOException {
    imported("pets");
    Path pixels = data.resolve("imported/pets/pixels");
    byte[] bytes = Files.readAllBytes(pixels);
    bytes[5] ^= 1;
    Files.write(pixels, bytes);
    DataStore store = new DataStore(data);
    for (Runnable each : List.<Runnable>of(() -> store.load("pets"), () -> store.verify("pets"))) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(each::run)
          .withMessageStartingWith(
              "data set pets is damaged: delete " + data.resolve("imported/pets"));
    }
    bytes[5] ^= 1;
    Files.write(pixels, bytes);
    Path rows = data.resolve("imported/pets/pictures.csv");
    Files.writeString(rows, Files.readString(rows).replaceFirst(",cat,", ",dog,"));
    assertThatExceptionOfType(DataException.class).isThrownBy(() -> store.verify("pets"));
    Files.delete(data.resolve("imported/pets/packed.json"));
    assertThat(store.list())
        .filteredOn(each -> each.name().equals("pets"))
        .extracting(DataStore.Entry::state)
        .containsExactly(DataStore.State.INCOMPLETE);
  }

  @Test
  void idxFilesAreImportedAtTheirOwnSize() throws IOException {
    Path idx = Files.createDirectories(home.resolve("idx"));
    byte[] pixels = new byte[6 * 400];
    new java.util.Random(3).nextBytes(pixels);
    for (String part : List.of("train", "t10k")) {
      pixels[0]++;
      Files.write(idx.resolve(part + "-images-idx3-ubyte"), IdxFileTest.images(6, 20, 20, pixels));
      Files.write(
          idx.resolve(part + "-labels-idx1-ubyte"),
          IdxFileTest.labels(new byte[] {0, 1, 0, 1, 0, 1}));
      new java.util.Random(4).nextBytes(pixels);
    }
    PathSource source = new PathSource(idx, PictureOptions.DEFAULT, data);
    DataStore.Entry entry = DataStore.importing(source, "digits", data, Progress.NONE);
    assertThat(entry.shape()).isEqualTo(new ImageShape(20, 20, 1));
    OpenedData found = new DataStore(data).source("digits").open(Progress.NONE);
    assertThat(found.data().sha256()).isEqualTo(source.open().sha256());
    assertThat(found.testNames()).isEmpty();
  }
}
