package io.shardjdbc.routing.catalog;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.ShardId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the planner asks about tables: their columns and the columns' types.
 *
 * <p>A DataSource answers from a shard's system catalogue, lazily, once for each table that is
 * used. A router that stands alone has {@link #none()} and works from the declarations.
 */
public interface Catalog {

  /**
   * The shape of a table, or empty where nothing is known of it.
   *
   * @param name as in the statement: {@code [table]} or {@code [schema, table]}, folded
   */
  Optional<TableShape> table(List<String> name);

  /**
   * What is known of a function that is not PostgreSQL's own.
   *
   * @param name as in the statement, folded
   */
  default Volatility function(List<String> name) {
    return Volatility.UNKNOWN;
  }

  /**
   * What is known of the functions behind an operator that is not PostgreSQL's own. A router that
   * stands alone believes that they are immutable.
   *
   * @param sign without a schema
   */
  default Volatility operator(String sign) {
    return Volatility.IMMUTABLE;
  }

  /**
   * What is known of functions that are not PostgreSQL's own, take one value, and may therefore be
   * called as if they were its column: {@code p.f} for {@code f(p)}. {@link Volatility#IMMUTABLE}
   * where there is none. A router that stands alone believes that there is none.
   *
   * @param name without a schema, folded
   */
  default Volatility attribute(String name) {
    return Volatility.IMMUTABLE;
  }

  /**
   * What a view stands for: a query with the names of all tables, types and functions outside of
   * {@code pg_catalog} qualified. Empty where there is no view of that name, or where its query
   * would not give a caller what the view gives, because it is run with rights of its own.
   *
   * @param name as in the statement, folded
   */
  default Optional<String> view(List<String> name) {
    return Optional.empty();
  }

  /**
   * A number that has grown when anything that was told before may have changed. It is asked for
   * each statement.
   */
  default long version() {
    return 0;
  }

  /**
   * What decides whether rows of a table can be deleted in one place and inserted in another as if
   * they had been updated. Empty where nothing is known of the table.
   *
   * @param name as in the statement, folded
   */
  default Optional<RowMoves> moves(List<String> name) {
    return Optional.empty();
  }

  /**
   * The tables whose rows are rows of this one, or the other way round: partitions, children by
   * inheritance, and what they belong to. A view belongs to what it reads, an index to its table.
   * Empty where nothing is known of it.
   *
   * @param name as in the statement, folded
   */
  default Optional<Relatives> relatives(List<String> name) {
    return Optional.empty();
  }

  /**
   * The views, partitions and children by inheritance that have a name, in whichever schema, by
   * schema and name.
   */
  default List<List<String>> namesakes(String name) {
    return List.of();
  }

  /**
   * What foreign keys that refer to a table change in other tables, or in itself, when its rows are
   * updated or deleted. Empty where nothing is known of the table.
   *
   * @param name as in the statement, folded
   */
  default List<Reaction> reactions(List<String> name) {
    return List.of();
  }

  /**
   * The expression of a column's default, all names outside of {@code pg_catalog} qualified. Empty
   * where there is none, and where nothing is known of the table.
   *
   * @param name the table's, as in the statement, folded
   */
  default Optional<String> defaultOf(List<String> name, String column) {
    return Optional.empty();
  }

  /**
   * The columns of a table that a sequence fills where INSERT does not. Empty where there are none,
   * and where nothing is known of the table.
   *
   * @param name as in the statement, folded
   */
  default List<CountedColumn> counted(List<String> name) {
    return List.of();
  }

  /**
   * A sequence. Empty where there is none of that name.
   *
   * @param name as in the statement, folded
   */
  default Optional<Sequence> sequence(List<String> name) {
    return Optional.empty();
  }

  /**
   * What people have added to PostgreSQL's own functions, operators and types. A router that stands
   * alone believes that nothing was.
   */
  default UserCode userCode() {
    return UserCode.NONE;
  }

  /**
   * The source of a function, once for each way that shards have it: of one in SQL or PL/pgSQL its
   * body. Empty where there is none to be read.
   *
   * @param signature as {@link UserCode} has it
   */
  default List<String> sources(String signature) {
    return List.of();
  }

  /**
   * The code of users that runs when rows of a table are read or written.
   *
   * @param name as in the statement, folded
   */
  default List<UserCode.Attached> attached(List<String> name) {
    return List.of();
  }

  /**
   * The shards that have a relation, or a constraint, of a name, in their order. Empty where none
   * has, or where nothing is known.
   *
   * @param name {@code [relation]}, in whichever schema, or {@code [schema, relation]}
   */
  default List<ShardId> shardsWith(List<String> name) {
    return List.of();
  }

  /** The same of functions and procedures of a name, with whatever parameters. */
  default List<ShardId> shardsWithRoutine(List<String> name) {
    return List.of();
  }

  /**
   * Whether one INSERT of many rows does to a table what as many of one row do: nothing looks at
   * the table, or at the statement, while its rows come. False where nothing is known.
   *
   * @param name as in the statement, folded
   */
  default boolean takesRowsAtOnce(List<String> name) {
    return false;
  }

  /** Whether some sequences give numbers that no server makes, so that they are fetched first. */
  default boolean numbersElsewhere() {
    return false;
  }

  /** Knows nothing. */
  static Catalog none() {
    return name -> Optional.empty();
  }

  /**
   * A table, its columns in their order.
   *
   * @param primaryKey the columns of its primary key, where other columns depend on them in GROUP
   *     BY; empty where there is none
   * @param view whether it is a view or a materialised view
   * @param carrier what every shard's check says of ids that carry their rows' positions
   */
  record TableShape(
      List<String> name,
      List<ColumnShape> columns,
      List<String> primaryKey,
      boolean view,
      Optional<Carrier> carrier) {
    public TableShape {
      name = List.copyOf(name);
      columns = List.copyOf(columns);
      primaryKey = List.copyOf(primaryKey);
    }

    /** A table whose ids say nothing of where rows are. */
    public TableShape(
        List<String> name, List<ColumnShape> columns, List<String> primaryKey, boolean view) {
      this(name, columns, primaryKey, view, Optional.empty());
    }

    /** A table without a primary key. */
    public TableShape(List<String> name, List<ColumnShape> columns, boolean view) {
      this(name, columns, List.of(), view);
    }

    /** The same with another word on its ids. */
    public TableShape withCarrier(Optional<Carrier> other) {
      return new TableShape(name, columns, primaryKey, view, other);
    }

    /** The column of that name. */
    public Optional<ColumnShape> column(String columnName) {
      return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
    }
  }

  /**
   * A column of ids that carry the ring positions of their rows' keys, by a valid CHECK.
   *
   * @param column the ids' column; {@code bigint} and not null
   * @param key the column whose position they carry; not null
   * @param type what it is hashed as
   * @see io.shardjdbc.routing.PositionedId
   */
  record Carrier(String column, String key, KeyType type) {}

  /**
   * A column.
   *
   * @param type the name in {@code pg_type}: {@code int8}, {@code text}, {@code timestamptz}; of a
   *     domain, its base type
   * @param sqlType the type in full, as a cast would name it: {@code numeric(10,2)}, {@code
   *     app.mood[]}; of a domain, the domain
   * @param collation the collation, quoted, where it is not the database's: {@code "de-x-icu"}, and
   *     {@code "C"} of a {@code name}; empty otherwise
   * @param notNull whether NULL is refused
   * @param exactEquality whether equal means the same bytes: true but for text under a
   *     non-deterministic collation
   * @param cOrder whether text sorts by bytes (collation C or POSIX); false for other collations,
   *     true for types without collation
   * @param defaults what fills it where INSERT does not name it
   */
  record ColumnShape(
      String name,
      String type,
      String sqlType,
      String collation,
      boolean notNull,
      boolean exactEquality,
      boolean cOrder,
      Default defaults) {

    /**
     * Whether a column of this type may cut blanks at the end of a text that it stores: {@code
     * varchar(n)} does, and so does a domain over one, whose name does not say so.
     *
     * @param sqlType the type in full
     */
    public static boolean mayCutBlanks(String sqlType) {
      return switch (sqlType) {
        case "text", "character varying", "varchar" -> false;
        default -> true;
      };
    }

    @Override // by hand, as the start of a program meets it: see docs/decisions.md
    public boolean equals(@Nullable Object other) {
      return other instanceof ColumnShape that
          && name.equals(that.name)
          && type.equals(that.type)
          && sqlType.equals(that.sqlType)
          && collation.equals(that.collation)
          && notNull == that.notNull
          && exactEquality == that.exactEquality
          && cOrder == that.cOrder
          && defaults.equals(that.defaults);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, type, sqlType, collation, notNull, exactEquality, cOrder, defaults);
    }
  }

  /**
   * Tables that share rows.
   *
   * @param ancestors what it is a partition or a child of, or reads as a view, by schema and name,
   *     the nearest first
   * @param descendants its partitions and children
   */
  record Relatives(List<List<String>> ancestors, List<List<String>> descendants) {
    public Relatives {
      ancestors = List.copyOf(ancestors);
      descendants = List.copyOf(descendants);
    }
  }

  /**
   * An action of a foreign key, or of several in a row, that gives columns other values.
   *
   * @param onDelete whether deleted rows cause it, rather than rows that are updated
   * @param cause the columns that are referred to
   * @param table whose rows are changed, by schema and name
   * @param changed its columns
   */
  record Reaction(boolean onDelete, List<String> cause, List<String> table, List<String> changed) {
    public Reaction {
      cause = List.copyOf(cause);
      table = List.copyOf(table);
      changed = List.copyOf(changed);
    }
  }

  /**
   * A column whose default counts by a sequence.
   *
   * @param expression the default, all names outside of {@code pg_catalog} qualified; of an
   *     identity column, the call of {@code nextval} that it amounts to
   * @param identity whether it is an identity column, rather than a default such as serial's
   * @param always whether it is GENERATED ALWAYS
   */
  record CountedColumn(String name, String expression, boolean identity, boolean always) {}

  /**
   * A sequence.
   *
   * @param name its schema and name
   * @param owner the schema and name of the table it belongs to; empty where it belongs to none
   */
  record Sequence(List<String> name, List<String> owner) {
    public Sequence {
      name = List.copyOf(name);
      owner = List.copyOf(owner);
    }
  }

  /** What a function may do, of the functions of one name the worst. */
  enum Volatility {
    /** A result that depends on its arguments alone; it reads and writes no table. */
    IMMUTABLE,
    /** It reads nothing but settings and the time; it writes nothing. */
    STABLE,
    /** Each call may give another result, or change something. */
    VOLATILE,
    /** It may read or write tables; aggregates that are not the server's own count here too. */
    UNKNOWN
  }

  /** What a column's default is. */
  enum Default {
    /** None: NULL. */
    NONE,
    /** A constant or immutable expression: the same on every shard. */
    CONSTANT,
    /** Anything else, such as {@code now()} or {@code gen_random_uuid()}. */
    COMPUTED,
    /** The number that the session last took: {@code currval('ids')}, {@code lastval()}. */
    REMEMBERED,
    /** A sequence: serial or identity. */
    SEQUENCE;

    /** Whether a server computes it anew for each row, from more than a sequence. */
    public boolean computes() {
      return this == COMPUTED || this == REMEMBERED;
    }
  }
}
