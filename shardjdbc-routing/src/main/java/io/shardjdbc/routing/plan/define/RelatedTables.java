package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import java.util.Optional;

/**
 * The tables that share rows with the one that is defined: what it is a partition or a child of,
 * what is attached to it, its new name.
 *
 * <p>Rows that two tables share have to lie where both declarations say. Where a default shard
 * takes what is not declared, a partition that is created goes where its table is, because it is
 * found there by its ancestors later. What becomes a relative by ALTER TABLE, ceases to be one, or
 * gets another name, has rows already: it is refused unless both lie alike.
 */
public final class RelatedTables {

  private final Tables tables;
  private final Utility utility;

  public RelatedTables(Tables tables, Utility utility) {
    this.tables = tables;
    this.utility = utility;
  }

  /** Where a subject of the statement lies, or will. */
  Table table(Name name) {
    Optional<Utility.Relative> parent =
        utility.kin().stream().filter(k -> k.kinship() == Utility.Kinship.PARENT).findFirst();
    boolean created = utility.verb().equals("create") && name.equals(utility.tables().get(0));
    if (created && parent.isPresent() && !declares(name)) {
      return tables.declared(parent.get().name());
    }
    return tables.declared(name);
  }

  /**
   * @throws RoutingException where rows would belong to tables that lie differently
   */
  public void check() {
    boolean onlyShard = tables.isAlone();
    if (onlyShard || utility.kin().isEmpty() || utility.tables().isEmpty()) {
      return;
    }
    Name subject = utility.tables().get(0);
    for (Utility.Relative relative : utility.kin()) {
      Name other = relative.name();
      switch (relative.kinship()) {
        case CHILD -> check(other, subject);
        case FORMER_PARENT -> check(subject, other);
        case PARENT -> {
          if (!utility.verb().equals("create") || declares(subject)) {
            check(subject, other);
          }
        }
        case NEW_NAME -> {
          if (declares(subject) || declares(other)) {
            check(other, subject);
          }
        }
      }
    }
  }

  /** Refuses rows that lie as one table does and are then found as another's. */
  private void check(Name found, Name lying) {
    Optional<Table> then = inConfiguration(found);
    if (then.isEmpty() || Tables.alike(then.get(), tables.declared(lying))) {
      return; // a name that is not declared at all is refused when it is used
    }
    if (!declares(found)) {
      throw new RoutingException(
          ErrorCode.UNDECLARED_TABLE, Identifiers.display(Tables.local(found)));
    }
    throw new RoutingException(
        ErrorCode.SINGLE_TABLES_APART, String.join(", ", List.of(lying.last(), found.last())));
  }

  private Optional<Table> inConfiguration(Name name) {
    return tables.configuration().table(Tables.local(name));
  }

  private boolean declares(Name name) {
    return tables.configuration().declares(Tables.local(name));
  }
}
