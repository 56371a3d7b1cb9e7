package org.lenet5.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

class EventFileTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.5Z");

  @Test
  void framesARecordAsTensorBoardDoes() {
    // Written by TensorBoard 2.21's RecordWriter.
    byte[] theirs =
        HexFormat.of()
            .parseHex(
                "1800000000000000a37f4b22"
                    + "09000000000000f83f1a0d627261696e2e4576656e743a32"
                    + "2a28646c");
    byte[] event =
        Event.newBuilder().setWallTime(1.5).setFileVersion("brain.Event:2").build().toByteArray();
    assertThat(EventRecord.frame(event)).isEqualTo(theirs);
  }

  @Test
  void aNewFileHasANameTensorBoardFindsAndStartsWithItsVersion(@TempDir Path temp) {
    Path folder = temp.resolve("run");
    try (EventFileWriter writer = EventFileWriter.create(folder, NOON, List.of(scalar(0)))) {
      assertThat(writer.file().getFileName().toString())
          .matches("events\\.out\\.tfevents\\.1769860800\\.[A-Za-z0-9_-]+\\.\\d+\\.0");
      List<Event> events = EventFileReader.readAll(writer.file());
      assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
      assertThat(events.get(0).getWallTime()).isEqualTo(1769860800.5);
      assertThat(events.subList(1, events.size())).containsExactly(scalar(0));
      assertThat(EventFiles.list(folder)).containsExactly(writer.file());
    }
  }

  @Test
  void aSecondFileOfTheSameSecondLeavesTheFirstAlone(@TempDir Path folder) {
    try (EventFileWriter first = EventFileWriter.create(folder, NOON, List.of(scalar(1)));
        EventFileWriter second = EventFileWriter.create(folder, NOON, List.of(scalar(2)))) {
      assertThat(EventFiles.list(folder)).containsExactly(first.file(), second.file());
      assertThat(EventFileReader.readAll(first.file())).contains(scalar(1));
    }
  }

  @Test
  void writtenEventsAreThereAtOnceAndClosingTwiceIsHarmless(@TempDir Path folder) {
    EventFileWriter writer = EventFileWriter.create(folder, NOON, List.of());
    writer.write(List.of(scalar(1), scalar(2)));
    assertThat(EventFileReader.readAll(writer.file())).contains(scalar(1), scalar(2));
    writer.close();
    writer.close();
    assertThatThrownBy(() -> writer.write(List.of(scalar(3))))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(writer.file().toString());
  }

  @Test
  void appendingGoesOnAtTheEnd(@TempDir Path folder) {
    EventFileWriter first = EventFileWriter.create(folder, NOON, List.of(scalar(1)));
    first.close();
    try (EventFileWriter second = EventFileWriter.append(first.file())) {
      second.write(List.of(scalar(2)));
    }
    assertThat(steps(first.file())).containsExactly(0L, 1L, 2L);
  }

  @Test
  void appendingNeedsTheFile(@TempDir Path folder) {
    assertThatThrownBy(() -> EventFileWriter.append(folder.resolve("absent")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("absent");
  }

  @Property(tries = 200, seed = "20260131")
  void whatIsWrittenIsReadBack(@ForAll("events") @Size(max = 8) List<Event> events)
      throws IOException {
    withFile(bytes(events), file -> assertThat(EventFileReader.readAll(file)).isEqualTo(events));
  }

  @Property(tries = 200, seed = "20260131")
  void aCutFileIsReportedWithItsLastWholeRecord(
      @ForAll("events") @Size(min = 1, max = 5) List<Event> events,
      @ForAll @IntRange(min = 0, max = 10_000) int cut)
      throws IOException {
    byte[] whole = bytes(events);
    int length = cut % whole.length;
    byte[] left = Arrays.copyOf(whole, length);
    List<Event> complete = new ArrayList<>();
    int end = 0;
    for (Event event : events) {
      int next = end + EventRecord.HEADER + event.getSerializedSize() + EventRecord.FOOTER;
      if (next > length) {
        break;
      }
      complete.add(event);
      end = next;
    }
    int lastEnd = end;
    withFile(
        left,
        file -> {
          if (lastEnd == length) {
            assertThat(EventFileReader.readAll(file)).isEqualTo(complete);
            return;
          }
          try (EventFileReader reader = new EventFileReader(file)) {
            for (Event event : complete) {
              assertThat(reader.next()).contains(event);
            }
            TruncatedEventFileException cutOff =
                catchThrowableOfType(TruncatedEventFileException.class, reader::next);
            assertThat(cutOff.offset()).isEqualTo(lastEnd).isEqualTo(reader.offset());
            assertThat(cutOff).hasMessageContaining(file.toString());
          }
        });
  }

  @Property(tries = 200, seed = "20260131")
  void aFlippedBitIsFoundAndNoEventIsMadeUp(
      @ForAll("events") @Size(min = 1, max = 5) List<Event> events,
      @ForAll @IntRange(min = 0, max = 100_000) int bit)
      throws IOException {
    byte[] damaged = bytes(events);
    int index = bit % (damaged.length * 8);
    damaged[index / 8] ^= (byte) (1 << index % 8);
    withFile(
        damaged,
        file ->
            assertThatThrownBy(() -> EventFileReader.readAll(file))
                .isInstanceOf(UncheckedIOException.class)
                .isNotInstanceOf(TruncatedEventFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("at byte"));
  }

  @Test
  void zerosAtTheEndCountAsCutOff() throws IOException {
    byte[] whole = bytes(List.of(scalar(1)));
    withFile(
        Arrays.copyOf(whole, whole.length + 4096),
        file ->
            assertThat(
                    catchThrowableOfType(
                            TruncatedEventFileException.class, () -> EventFileReader.readAll(file))
                        .offset())
                .isEqualTo(whole.length));
  }

  @Test
  void aRecordThatIsNoEventIsDamaged() throws IOException {
    withFile(
        EventRecord.frame(new byte[] {-1, -1, -1}),
        file ->
            assertThatThrownBy(() -> EventFileReader.readAll(file))
                .hasMessageContaining("the record at byte 0 is damaged: it holds no Event"));
  }

  @Test
  void trimmingDropsLaterStepsAndACutTail(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("events.out.tfevents.1769860800.host.1.0");
    byte[] whole = bytes(List.of(scalar(0), scalar(1), scalar(2), scalar(3)));
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThat(EventFiles.trim(folder, 1)).contains(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes(List.of(scalar(0), scalar(1))));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void trimmingDropsACutTailEvenIfNoStepIsLater(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("events.out.tfevents.1769860800.host.1.0");
    byte[] whole = bytes(List.of(scalar(0), scalar(1), scalar(2)));
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    EventFiles.trim(folder, 5);
    assertThat(steps(file)).containsExactly(0L, 1L);
  }

  @Test
  void trimmingLeavesAFileAloneThatEndsThere(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("events.out.tfevents.1769860800.host.1.0");
    Files.write(file, bytes(List.of(scalar(0), scalar(1))));
    Object before = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    EventFiles.trim(folder, 1);
    assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey()).isEqualTo(before);
    assertThat(steps(file)).containsExactly(0L, 1L);
  }

  @Test
  void trimmingReachesEveryFileAndReturnsTheNewest(@TempDir Path folder) throws IOException {
    Path older = folder.resolve("events.out.tfevents.1769860800.host.1.0");
    Path newer = folder.resolve("events.out.tfevents.1769860900.host.1.0");
    Files.write(newer, bytes(List.of(scalar(2))));
    Files.write(older, bytes(List.of(scalar(0), scalar(3))));
    assertThat(EventFiles.trim(folder, 2)).contains(newer);
    assertThat(steps(older)).containsExactly(0L);
    assertThat(steps(newer)).containsExactly(2L);
  }

  @Test
  void trimmingRefusesAFileDamagedInTheMiddle(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("events.out.tfevents.1769860800.host.1.0");
    byte[] damaged = bytes(List.of(scalar(0), scalar(1), scalar(2)));
    damaged[EventRecord.HEADER] ^= 1;
    Files.write(file, damaged);
    assertThatThrownBy(() -> EventFiles.trim(folder, 1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
  }

  @Test
  void withoutFilesThereIsNothingToTrim(@TempDir Path folder) {
    assertThat(EventFiles.trim(folder, 1)).isEqualTo(Optional.empty());
    assertThat(EventFiles.trim(folder.resolve("absent"), 1)).isEqualTo(Optional.empty());
  }

  @Provide
  Arbitrary<List<Event>> events() {
    Arbitrary<Event> event =
        Combinators.combine(
                Arbitraries.longs().between(0, 1000),
                Arbitraries.doubles(),
                Arbitraries.strings().ofMaxLength(300),
                Arbitraries.floats())
            .as(
                (step, time, tag, value) ->
                    Event.newBuilder()
                        .setStep(step)
                        .setWallTime(time)
                        .setSummary(Summary.newBuilder().addValue(Events.scalar(tag, value)))
                        .build());
    return event.list();
  }

  private static Event scalar(int step) {
    return Events.at(NOON, step)
        .setSummary(Summary.newBuilder().addValue(Events.scalar("Loss train", step / 2.0)))
        .build();
  }

  private static byte[] bytes(List<Event> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    events.forEach(event -> bytes.writeBytes(EventRecord.frame(event.toByteArray())));
    return bytes.toByteArray();
  }

  private static List<Long> steps(Path file) {
    return EventFileReader.readAll(file).stream().map(Event::getStep).toList();
  }

  private interface Check {
    void on(Path file) throws IOException;
  }

  // jqwik runs no JUnit extension, so no @TempDir.
  private static void withFile(byte[] bytes, Check check) throws IOException {
    Path file = Files.createTempFile("events", "");
    try {
      Files.write(file, bytes);
      check.on(file);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void whatAKilledProcessLeftUnfinishedIsDeletedOnResume(@TempDir Path folder) throws Exception {
    Path unfinished = folder.resolve(".events.out.tfevents.1700000000.host.1.0.part");
    Files.writeString(unfinished, "half");
    assertThat(EventFiles.trim(folder, 1)).isEmpty();
    assertThat(unfinished).doesNotExist();
  }
}
