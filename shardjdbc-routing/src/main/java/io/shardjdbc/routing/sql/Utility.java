package io.shardjdbc.routing.sql;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement that is not DML: its verb and the objects it names are enough to route it.
 *
 * <p>What {@code object} says where there is no kind of object: {@code transaction} for PREPARE
 * TRANSACTION, START TRANSACTION and SET TRANSACTION, {@code prepared} for COMMIT PREPARED and
 * ROLLBACK PREPARED, {@code savepoint} for ROLLBACK TO, {@code chain} for COMMIT AND CHAIN and its
 * kin, {@code analyze} for an EXPLAIN that runs its statement, {@code local} and {@code session}
 * for SET with that word, {@code constraints} and {@code session characteristics} for those forms
 * of SET, {@code all} for RESET, SHOW, CLOSE and DEALLOCATE ALL, {@code role} for GRANT and REVOKE
 * of roles.
 *
 * @param verb the leading keyword in lower case: {@code create}, {@code set}, {@code begin}; the
 *     empty string for a text without a statement
 * @param object the kind of object it acts on, in lower case: {@code table}, {@code index}, {@code
 *     materialized view}; the empty string where there is none
 * @param temporary whether it creates something TEMPORARY
 * @param tables the tables it names as its subjects, also behind ON of CREATE INDEX or in a list of
 *     DROP
 * @param names the other objects it names: the index, the view, the parameter of SET (special
 *     spellings by its real name, {@code timezone} for SET TIME ZONE; those behind SESSION
 *     CHARACTERISTICS, each at the words that set it), the table that a foreign key references,
 *     that is inherited or attached
 * @param kin of the names, those of tables that share the first table's rows, or will
 * @param columns what ALTER TABLE does to the columns of the rows that are there
 * @param inner the statement inside EXPLAIN, PREPARE, DECLARE CURSOR, COPY, CREATE TABLE AS, CREATE
 *     VIEW; absent where there is none
 */
public record Utility(
    String verb,
    String object,
    boolean temporary,
    List<Name> tables,
    List<Name> names,
    List<Relative> kin,
    List<ColumnChange> columns,
    @Nullable Statement inner,
    Span span)
    implements Statement {

  /** What belongs to a table, and changes or chooses its rows. */
  private static final Set<String> OF_TABLES = Set.of("trigger", "rule", "policy");

  public Utility {
    tables = List.copyOf(tables);
    names = List.copyOf(names);
    kin = List.copyOf(kin);
    columns = List.copyOf(columns);
  }

  /** How the rows of another table are those of the one that a definition is about. */
  public enum Kinship {
    /** The other has the rows of this one, which is its partition or child. */
    PARENT,
    /** This one has the rows of the other, or ceases to have them. */
    CHILD,
    /** This one had the rows of the other, and ceases to share them. */
    FORMER_PARENT,
    /** The other name is a new one for this table. */
    NEW_NAME
  }

  /** Another table, and what it is to the first one that a definition names. */
  public record Relative(Kinship kinship, Name name) {}

  /**
   * Whether it is a definition that may give tables which it names other rows, or take them away.
   */
  public boolean redefines() {
    boolean table = object.equals("table") || object.equals("foreign table");
    boolean ofTable = table || OF_TABLES.contains(object);
    return switch (verb) {
      case "create" -> !temporary && (table ? fills() : ofTable);
      case "alter", "drop" -> ofTable;
      default -> false;
    };
  }

  /** Whether it creates a table with the rows of a query. */
  public boolean fills() {
    return verb.equals("create") && inner != null && !object.endsWith("view");
  }

  @Override
  public List<Statement> children() {
    return inner == null ? List.of() : List.of(inner);
  }
}
