package io.shardjdbc.testkit;

import java.util.List;
import java.util.Locale;

/**
 * How the databases of a cluster sort text.
 *
 * @param provider who implements it
 * @param locale the provider's name of the locale, such as {@code C.UTF-8} or {@code en-US}
 */
public record Collation(Provider provider, String locale) {

  /** The implementations of collations. */
  public enum Provider {
    /** The one inside PostgreSQL; before version 17, the C library's C locale. */
    BUILTIN,
    /** The ICU library that comes with the server. */
    ICU
  }

  /** Byte order, the same on every platform. */
  public static final Collation C_UTF8 = new Collation(Provider.BUILTIN, "C.UTF-8");

  /** A language's order as ICU knows it, such as {@code en-US}. */
  public static Collation icu(String locale) {
    return new Collation(Provider.ICU, locale);
  }

  /** The arguments of {@code initdb} for this collation. */
  List<String> initdbArguments(PostgresVersion version) {
    if (provider == Provider.ICU) {
      return List.of("--locale=C", "--locale-provider=icu", "--icu-locale=" + locale);
    }
    return version.major() >= 17
        ? List.of("--locale=C", "--locale-provider=builtin", "--builtin-locale=" + locale)
        : List.of("--locale=C");
  }

  /** The clauses of CREATE DATABASE for this collation. */
  String createDatabaseClauses(PostgresVersion version) {
    boolean libc = provider == Provider.BUILTIN && version.major() < 17;
    String name = provider.name().toLowerCase(Locale.ROOT);
    return libc
        ? " LOCALE_PROVIDER libc LOCALE 'C'"
        : " LOCALE_PROVIDER %s %s_LOCALE '%s' LC_COLLATE 'C' LC_CTYPE 'C'"
            .formatted(name, provider.name(), locale.replace("'", "''"));
  }
}
