package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What the library finds by name while it runs, for native images: the sockets that the driver
 * makes by their factory's name, settings and an array that HikariCP copies and makes by
 * reflection, what is known of PostgreSQL's functions, and large objects that are handed out
 * guarded.
 */
final class ShardHints implements RuntimeHintsRegistrar {

  ShardHints() {}

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    hints
        .reflection()
        .registerType(
            TypeReference.of("io.shardjdbc.driver.BoundedSockets"),
            MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS)
        .registerType(ShardDataSource.class, MemberCategory.INVOKE_PUBLIC_METHODS)
        .registerType(
            TypeReference.of("com.zaxxer.hikari.HikariConfig"), MemberCategory.DECLARED_FIELDS)
        .registerType(Statement[].class);
    hints.resources().registerPattern("io/shardjdbc/routing/plan/effects/functions.txt");
    hints.proxies().registerJdkProxy(Blob.class).registerJdkProxy(Clob.class);
  }
}
