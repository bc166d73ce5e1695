package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.define.AlteredColumns;
import io.shardjdbc.routing.plan.define.RelatedTables;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refuses definitions that a pin keeps to one shard, and that would give declared tables rows there
 * which belong elsewhere, or one copy of a reference table other rows than the others have.
 *
 * <p>What changes no rows, as an index, is the shard's own. An empty table is made on each shard by
 * itself too.
 */
final class PinnedDefinitions {

  private final Tables tables;
  private final ShardId shard;
  private final Function<Name, @Nullable Table> known;

  /**
   * @param known what is known of a table; null where it may be the session's own
   */
  PinnedDefinitions(Tables tables, ShardId shard, Function<Name, @Nullable Table> known) {
    this.tables = tables;
    this.shard = shard;
    this.known = known;
  }

  /**
   * Looks at a statement that is no DML.
   *
   * @throws RoutingException where it may not be for one shard alone
   */
  void check(Utility utility) {
    if (utility.verb().equals("create")) {
      shadowed(utility, utility.tables());
      shadowed(utility, utility.object().equals("view") ? utility.names() : List.of());
    }
    if (utility.tables().isEmpty()) {
      return;
    }
    boolean redefines = utility.redefines();
    if (redefines || utility.verb().equals("truncate")) {
      utility.tables().forEach(name -> refuseCopy(known.apply(name)));
    }
    Name subject = utility.tables().get(0);
    if (redefines && utility.fills()) {
      checkFilled(subject);
    }
    if (!utility.temporary()) {
      utility.kin().forEach(relative -> joined(utility, subject, relative));
      new RelatedTables(tables, utility).check();
    }
    Table table = utility.columns().isEmpty() ? null : known.apply(subject);
    if (table != null) {
      AlteredColumns.check(tables, utility, table);
    }
  }

  /**
   * The session's own table would hide a declared one on this shard, and other shards would show
   * their rows beside it.
   */
  private void shadowed(Utility utility, List<Name> names) {
    for (Name name : names) {
      List<String> parts = name.parts();
      boolean own = utility.temporary() || (parts.size() == 2 && parts.get(0).equals("pg_temp"));
      Name hidden = new Name(List.of(name.last()), name.span());
      Table table = own ? known.apply(hidden) : null;
      if (table != null && !(table instanceof Table.Single s && s.shard().equals(shard))) {
        throw elsewhere(table);
      }
    }
  }

  /** A table that is made of the rows of a query, whichever these are. */
  void checkFilled(Name name) {
    Table table = known.apply(name);
    refuseCopy(table);
    boolean here = table instanceof Table.Single single && single.shard().equals(shard);
    if (table != null && !here) {
      throw elsewhere(table);
    }
  }

  /** Rows of another table become rows of a declared one, or are found under its name. */
  private void joined(Utility utility, Name subject, Utility.Relative relative) {
    boolean child = relative.kinship() == Utility.Kinship.CHILD;
    boolean empty = utility.verb().equals("create");
    boolean leaves = relative.kinship() == Utility.Kinship.FORMER_PARENT;
    Table whole = empty || leaves ? null : known.apply(child ? subject : relative.name());
    if (whole == null) {
      return;
    }
    refuseCopy(whole);
    Table part = known.apply(child ? relative.name() : subject);
    boolean here = whole instanceof Table.Single single && single.shard().equals(shard);
    if (part == null ? !here : !Tables.alike(whole, part)) {
      throw elsewhere(whole);
    }
  }

  private void refuseCopy(@Nullable Table table) {
    if (table instanceof Table.Reference) {
      throw new RoutingException(ErrorCode.PIN_ON_COPY, shard, table.displayName());
    }
  }

  private RoutingException elsewhere(Table table) {
    return new RoutingException(ErrorCode.PIN_ELSEWHERE, shard, table.displayName());
  }
}
