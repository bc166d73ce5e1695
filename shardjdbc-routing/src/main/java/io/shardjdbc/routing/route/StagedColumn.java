package io.shardjdbc.routing.route;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column of a stage.
 *
 * <p>Its type is the same under every search path: one of people's own has its schema, and so has
 * one of PostgreSQL's, unless the grammar knows its name, because people may have types of that
 * name in front of it.
 *
 * @param name quoted
 * @param type as a cast names it
 * @param collation where that is not the type's own, with its schema
 * @param compared whether the statement looks in it for values of other columns
 */
public record StagedColumn(String name, String type, String collation, boolean compared) {

  /** The first word of names that mean PostgreSQL's types wherever they stand. */
  private static final Set<String> GRAMMAR =
      Set.of(
          "bigint",
          "bit",
          "boolean",
          "char",
          "character",
          "dec",
          "decimal",
          "double",
          "float",
          "int",
          "integer",
          "interval",
          "national",
          "nchar",
          "numeric",
          "real",
          "smallint",
          "time",
          "timestamp",
          "varchar");

  private static final Pattern FIRST =
      Pattern.compile("(?<word>[^\"(\\[. ]+|\"(?:[^\"]|\"\")+\")(?<dot>\\.)?");

  public StagedColumn {
    type = qualified(type);
  }

  /** A column that nothing is looked for in. */
  public StagedColumn(String name, String type, String collation) {
    this(name, type, collation, false);
  }

  private static String qualified(String type) {
    Matcher first = FIRST.matcher(type);
    boolean plain =
        first.lookingAt() && first.group("dot") == null && !GRAMMAR.contains(first.group("word"));
    return plain ? "pg_catalog." + type : type;
  }
}
