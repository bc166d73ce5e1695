package io.shardjdbc.testkit;

/** The PostgreSQL versions whose servers the test kit starts. */
public enum PostgresVersion {
  V15,
  V16,
  V17,
  V18
}
