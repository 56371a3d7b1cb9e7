package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.Position;

class PlatformTest {
  private static Manifest run(Map<String, String> versions) {
    return new Manifest(
        "a",
        "2026-01-02T03:04:05Z",
        Map.of(),
        new Manifest.Data("sample", "00", 20, 0, 10, List.of("a", "b"), null, null),
        versions,
        "CPU",
        1,
        List.of(),
        List.of());
  }

  private static Map<String, String> nowBut(String name, String value) {
    Map<String, String> versions = new LinkedHashMap<>(Platform.now());
    versions.put(name, value);
    return versions;
  }

  @Test
  void saysProcessorOneDnnAndVersions() {
    assertThat(Platform.now()).containsKeys("onednn", "processor", "tensorflow", "java", "os");
    assertThat(Platform.now().values()).noneMatch(String::isBlank);
  }

  @Test
  void oneDnnIsWhatItsVariablesSay() {
    assertThat(Platform.oneDnn(Map.of("PATH", "/bin"))).isEqualTo("default");
    assertThat(Platform.oneDnn(Map.of("TF_ENABLE_ONEDNN_OPTS", "0", "ONEDNN_MAX_CPU_ISA", "AVX2")))
        .isEqualTo("TF_ENABLE_ONEDNN_OPTS=0 ONEDNN_MAX_CPU_ISA=AVX2");
  }

  @Test
  void aDifferenceIsNamedAndWhatIsNotRecordedIsNone() {
    assertThat(Platform.differences(run(Platform.now()))).isEmpty();
    assertThat(Platform.differences(run(nowBut("processor", "Z80"))))
        .containsExactly("processor is " + Platform.now().get("processor") + ", the run had Z80");
    Manifest old = run(Map.of("java", Platform.now().get("java")));
    assertThat(Platform.differences(old)).isEmpty();
    assertThat(Platform.unrecorded(old)).contains("onednn", "processor").doesNotContain("java");
  }

  @Test
  void aRunThatGoesOnElsewhereSaysFromWhere() {
    Manifest begun = run(nowBut("processor", "Z80"));
    Map<String, String> twoOn = Platform.goingOn(begun, Position.afterEpochs(2));
    assertThat(twoOn.get("processor"))
        .isEqualTo("Z80; from epoch 3 on " + Platform.now().get("processor"));
    assertThat(Platform.goingOn(run(twoOn), Position.afterEpochs(4))).isEqualTo(twoOn);
    assertThat(Platform.differences(run(twoOn))).hasSize(1);
    assertThat(Platform.goingOn(begun, Position.afterEpochs(0))).isEqualTo(Platform.now());
  }
}
