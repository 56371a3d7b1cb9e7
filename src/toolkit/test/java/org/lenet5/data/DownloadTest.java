package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not about the transfer, which DataStoreTest tries. */
class DownloadTest {
  private static Download of(String uri) {
    return new Download(URI.create(uri), 1, "00", Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/a",
        "ftp://example.org/a",
        "http://localhost.example.org/a",
        "http://127.0.0.1.example.org/a",
        "file:///etc/passwd"
      })
  void onlyOverTls(String uri) {
    assertThatThrownBy(() -> of(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("uri (" + uri + ") must begin with https://");
  }

  @Test
  void theDefaultIsOverTls() {
    assertThat(
            List.of(Cifar10Fetch.ARCHIVE, Cifar100.archive().uri(), Mnist.BASE, FashionMnist.BASE))
        .allSatisfy(uri -> assertThat(uri.getScheme()).isEqualTo("https"));
  }
}
