package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.route.StagedColumn;
import io.shardjdbc.routing.route.ValueType;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A column of what each shard answers for its own groups.
 *
 * <p>Whether parts can be put together exactly depends on their type, which only the server knows
 * of an expression. So a part is checked when the shards have answered.
 *
 * @param name its name, not quoted
 * @param pieces its expression: pieces of the caller's text and words of our own
 */
public record PartialColumn(String name, Kind kind, List<Object> pieces, ValueShape shape) {

  /** What becomes of the column. */
  public enum Kind {
    /** Groups are put together where it is equal, so equal values have to be the same value. */
    KEY,
    /** As a key, but the server knows that it depends on the keys. */
    DEPENDENT,
    /**
     * What an aggregate takes the distinct values of: grouped by on the shards, and there alone.
     */
    ARGUMENT,
    /** A count of rows. */
    COUNT,
    /** A sum that does not depend on the order of its summands. */
    SUM,
    /** The least or greatest value. */
    EXTREME,
    BOOLEAN,
    BITS,
    /** A value of a row that is passed on. */
    VALUE,
    /** A value that rows are sorted by, too. */
    SORTED
  }

  private static final Set<String> IDENTITIES =
      Set.of(
          "int2",
          "int4",
          "int8",
          "oid",
          "bool",
          "date",
          "time",
          "timetz",
          "timestamp",
          "timestamptz",
          "uuid",
          "bytea");

  private static final Set<String> ORDERED =
      Set.of("numeric", "float4", "float8", "interval", "inet", "pg_lsn");

  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name");

  private static final Set<String> SUMS = Set.of("int8", "numeric", "interval");

  private static final Set<String> BIT_TYPES = Set.of("int2", "int4", "int8", "bit");

  private static final Set<String> PSEUDO_TYPES = Set.of("record", "_record", "unknown", "void");

  private static final Pattern FIXED_SCALE = Pattern.compile("numeric\\(\\d+,\\d+\\)");

  public PartialColumn {
    pieces = List.copyOf(pieces);
  }

  /** Whether the shards group by it. */
  public boolean groupsTheParts() {
    return kind == Kind.KEY || kind == Kind.ARGUMENT;
  }

  /** Whether parts are put together where it is equal. */
  boolean groupsTheWhole() {
    return kind == Kind.KEY || kind == Kind.DEPENDENT;
  }

  public String quoted() {
    return Identifiers.quote(name);
  }

  /**
   * The column as it is staged.
   *
   * @throws RoutingException if parts of this type cannot be put together exactly
   */
  StagedColumn staged(ValueType type) {
    if (!isExact(type)) {
      String clause =
          switch (kind) {
            case KEY, DEPENDENT, ARGUMENT -> "groups by ";
            case SUM -> "sum of ";
            case SORTED -> "ORDER BY ";
            case VALUE -> "rows of ";
            default -> "aggregate of ";
          };
      throw new RoutingException(ErrorCode.UNSUPPORTED_CLAUSE, clause + type.name());
    }
    return new StagedColumn(
        quoted(), shape.type().isEmpty() ? type.sqlName() : shape.type(), shape.collation());
  }

  private boolean isExact(ValueType type) {
    String name = type.name();
    return switch (kind) {
      case KEY, DEPENDENT, ARGUMENT ->
          IDENTITIES.contains(name) || type.enumeration() || isExactText(name) || hasOneScale(name);
      case COUNT -> name.equals("int8");
      case SUM -> SUMS.contains(name);
      case EXTREME ->
          IDENTITIES.contains(name)
              || ORDERED.contains(name)
              || type.enumeration()
              || (TEXTS.contains(name) && !name.equals("bpchar") && shape.exactText());
      case BOOLEAN -> name.equals("bool");
      case BITS -> BIT_TYPES.contains(name);
      case VALUE -> isPassedOn(name);
      case SORTED ->
          isPassedOn(name)
              && (IDENTITIES.contains(name)
                  || ORDERED.contains(name)
                  || type.enumeration()
                  || shape.knownCollation());
    };
  }

  /** Whether its text is read as the same value: padding has to be known, and what a row is. */
  private boolean isPassedOn(String type) {
    return !PSEUDO_TYPES.contains(type) && !(type.equals("bpchar") && shape.type().isEmpty());
  }

  /** Texts of one length are the same where they are equal, blanks at the end or not. */
  private boolean isExactText(String type) {
    boolean padded = type.equals("bpchar");
    return TEXTS.contains(type)
        && shape.exactText()
        && (!padded || shape.type().startsWith("character("));
  }

  /** 1.0 equals 1.00, but a column with a scale holds only one of them. */
  private boolean hasOneScale(String type) {
    return type.equals("numeric") && FIXED_SCALE.matcher(shape.type()).matches();
  }
}
