package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.catalog.UserCode.Attachment;
import io.shardjdbc.routing.catalog.UserCode.Event;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.result.WholeRowsPlan.Whole;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refuses statements that run code of users which would see, or change, one shard's part of what it
 * asks for.
 *
 * <p>A statement's text says which tables it reads; the functions that it calls, and those behind
 * operators, casts, defaults, constraints, triggers, rules and policies, do not show theirs there,
 * and run on a shard as if its rows were all. So they are looked into, whether the statement is
 * pinned to a shard or not. Harmless is what touches no table, or copies of reference tables, or,
 * for triggers and rules, rows of the key of the row that causes it. For one statement.
 */
public final class CodeCheck {

  private static final Set<String> RUNNING_UTILITIES = Set.of("explain", "declare", "truncate");

  private final Tables tables;
  private final Reaches reaches;
  private final KeyProof proof;
  private final PolicyProof policies;
  private final ArgumentProof arguments;
  private final Set<ShardId> homes = new LinkedHashSet<>();
  private final Set<List<String>> followed = new HashSet<>();
  private final List<Targets.Target> targets = new ArrayList<>();
  private boolean writes;
  private boolean writesRows;
  private boolean otherKeys;
  private boolean copiesAlone;
  private @Nullable Whole seesWhole;

  public CodeCheck(Tables tables, Function<ParsedSql, Plan> planner) {
    this.tables = tables;
    this.reaches = NumberedByCode.reaches(tables);
    this.proof = new KeyProof(tables, planner);
    this.policies = new PolicyProof(tables, reaches);
    this.arguments = new ArgumentProof(tables, proof);
  }

  /**
   * Where its functions have the statement run, because the tables live there that they use; empty
   * where they do not care.
   *
   * @throws RoutingException where the answer might be another one than that of one server
   */
  public Optional<ShardId> check(Node statement) {
    EventTriggers.check(statement, tables, reaches);
    boolean runsNothing =
        statement instanceof Utility utility && !RUNNING_UTILITIES.contains(utility.verb());
    if (runsNothing) {
      return Optional.empty();
    }
    Mentions mentions = Mentions.of(statement);
    if (tables.isAlone()) { // which has all that its code may need
      writes =
          reaches.called(mentions, null).stream().anyMatch(reaches::mayWrite)
              || policies.mayWrite(mentions.reads());
      return Optional.empty();
    }
    UnsteadyDefaults.refuseRemembered(statement, tables.catalog());
    ofServer(mentions);
    TypeGroups types = new TypeGroups(tables.catalog(), statement, mentions.reads());
    OwnComparisons.check(mentions, types, reaches.code());
    List<Called> all = reaches.called(mentions, types);
    for (Called called : all) {
      Targets.Target target = mentions.reads().isEmpty() ? arguments.target(called) : null;
      if (target != null) {
        targets.add(target);
      }
      boolean follows = target != null || arguments.follows(called, mentions, types);
      judge(called.how(), called.reach(), follows, false);
      writes |= reaches.mayWrite(called);
    }
    writes |= policies.mayWrite(mentions.reads());
    copiesAlone =
        !all.isEmpty()
            && OwnCode.isKnown(mentions, reaches.code())
            && all.stream().allMatch(called -> called.reach().writes().isEmpty())
            && mentions.reads().stream().allMatch(tables::isCopied)
            && all.stream().flatMap(c -> c.reach().reads().stream()).allMatch(tables::isCopied);
    PromisedCalls.requireShard(all, mentions, targets, tables);
    String statistics = ServerFunctions.statistics(mentions);
    if (statistics != null) {
      throw new RoutingException(ErrorCode.OF_ONE_SERVER, statistics);
    }
    writesRows = !mentions.writes().isEmpty();
    mentions.writes().forEach(this::written);
    if (reaches.code().isAttached()) {
      for (List<String> name : mentions.reads()) {
        policies(name);
      }
    }
    return home(mentions);
  }

  /**
   * Checks the code that a statement runs which is pinned to a shard.
   *
   * <p>Who pins a statement asks for that shard's part, so functions may read it, and what nobody
   * can look into is what pins are for. But a pin is no leave to change one copy of a reference
   * table, or to store rows where nobody will look for them. Triggers and rules, which the
   * statement does not name, are judged as without a pin.
   *
   * <p>{@link #writtenRows} are then the rows that functions write, which have to be the shard's
   * own.
   *
   * @throws RoutingException where it would misplace rows
   */
  public void checkPinned(Node statement, ShardId shard) {
    if (tables.isAlone()) {
      return;
    }
    UnsteadyDefaults.refuseRemembered(statement, tables.catalog());
    Mentions mentions = Mentions.of(statement);
    TypeGroups types = new TypeGroups(tables.catalog(), statement, mentions.reads());
    for (Called called : reaches.called(mentions, types)) {
      if (!called.reach().writes().isEmpty()) {
        Targets.Target target = mentions.reads().isEmpty() ? arguments.target(called) : null;
        if (target != null) {
          targets.add(target);
        }
        judgePinned(
            called.reach(), target != null || arguments.follows(called, mentions, types), shard);
      }
    }
    mentions.writes().forEach(this::written);
  }

  private void judgePinned(Reach reach, boolean follows, ShardId shard) {
    NumberedByCode.requireHome(reach.counts(), shard);
    for (List<String> name : reach.writes()) {
      for (Table table : Tables.isSystem(name) ? List.<Table>of() : tables.behind(name)) {
        if (table instanceof Table.Reference) {
          throw new RoutingException(ErrorCode.PIN_ON_COPY, shard, table.displayName());
        }
        boolean elsewhere =
            table instanceof Table.Single single
                ? !single.shard().equals(shard)
                : !follows && Stores.rowsOf((Table.Sharded) table, name, reach);
        if (elsewhere) {
          throw new RoutingException(ErrorCode.PIN_ELSEWHERE, shard, table.displayName());
        }
      }
      written(name, EnumSet.allOf(Event.class));
    }
  }

  /** Where rows lie that functions of a statement without tables use; empty if none do. */
  public Optional<Targets> targets() {
    return targets.isEmpty()
        ? Optional.empty()
        : Optional.of(Targets.of(List.of(), new Facts(), targets));
  }

  /** The rows that functions write of which the statement gives the key. */
  public List<Targets.Target> writtenRows() {
    return List.copyOf(targets);
  }

  /** Whether the statement may write rows, by a function that it calls. */
  public boolean mayWrite() {
    return writes;
  }

  /** Whether it writes rows itself, be it within WITH. */
  public boolean writesRows() {
    return writesRows;
  }

  /** Whether it and its functions read copies, if tables at all, so that any shard can answer. */
  public boolean readsCopiesAlone() {
    return copiesAlone;
  }

  /** Whether it may write rows of other keys than its text names, by a trigger or a foreign key. */
  public boolean mayWriteOtherKeys() {
    return otherKeys;
  }

  /** A trigger that one shard has to fire, for all that the statement changes; empty if none. */
  public Optional<Whole> seesWhole() {
    return Optional.ofNullable(seesWhole);
  }

  /** Whether a statement writes though it is a query: by WITH, or by a function that it calls. */
  public static boolean writes(Node query, Tables tables) {
    Mentions mentions = Mentions.of(query);
    Reaches reaches = new Reaches(tables.configuration(), tables.catalog());
    return !mentions.writes().isEmpty()
        || reaches.called(mentions, null).stream().anyMatch(reaches::mayWrite)
        || mentions.calls().stream().anyMatch(Functions::isOfLargeObjects);
  }

  /** Whether a query reads nothing but the catalog, and calls nothing that changes anything. */
  public static boolean asksCatalogAlone(Node query, Tables tables) {
    Mentions mentions = Mentions.of(query);
    return mentions.reads().stream().allMatch(Tables::isSystem)
        && mentions.writes().isEmpty()
        && mentions.calls().stream()
            .allMatch(
                call ->
                    Functions.isBuiltIn(call)
                        && Functions.volatility(call, tables.catalog()) != Volatility.VOLATILE
                        && Functions.volatility(call, tables.catalog()) != Volatility.UNKNOWN);
  }

  private void ofServer(Mentions mentions) {
    for (Expr.Call call : mentions.calls()) {
      String name = call.name().last();
      boolean own = Functions.isBuiltIn(call);
      boolean promised = tables.configuration().promise("pg_catalog", name).isPresent();
      if (!own || promised) {
        continue;
      }
      String beyond = ServerFunctions.beyond(call);
      if (beyond != null) {
        throw new RoutingException(ErrorCode.CODE_BEYOND_SHARD, "function " + name, beyond);
      }
      boolean homeless =
          (ServerFunctions.isOfLocks(name) || ServerFunctions.notifies(name))
              && !mentions.reads().isEmpty();
      if (homeless) {
        throw new RoutingException(ErrorCode.WITHOUT_HOME, name);
      }
      boolean nobodys = Functions.isOfLargeObjects(call) && !hasHome(mentions);
      if (nobodys || ServerFunctions.isOfOneServer(name)) {
        throw new RoutingException(ErrorCode.OF_ONE_SERVER, "function " + name);
      }
    }
  }

  private boolean hasHome(Mentions mentions) {
    return mentions.reads().stream()
        .flatMap(name -> tables.behind(name).stream())
        .anyMatch(table -> !(table instanceof Table.Reference));
  }

  private void written(List<String> name, Set<Event> events) {
    if (!followed.add(name)) {
      return;
    }
    if (reaches.code().isAttached()) {
      for (Attached attached : tables.catalog().attached(name)) {
        if (attached.kind() != Attachment.POLICY && intersect(attached.events(), events)) {
          judge(attached);
          AttachedCode.refuseUnlikeCopies(name, attached, reaches, tables);
          otherKeys |=
              attached.kind() == Attachment.REFERENCE
                  || reaches.isPromised(attached.signature().orElse(""));
        }
      }
    }
  }

  private static boolean intersect(Set<Event> one, Set<Event> other) {
    return one.stream().anyMatch(other::contains);
  }

  private void judge(Attached attached) {
    String table = Identifiers.display(attached.table());
    Table.Sharded owner = owner(attached.table());
    boolean onCopies =
        tables.behind(attached.table()).stream().anyMatch(Table.Reference.class::isInstance);
    Reach reach = AttachedCode.reach(attached, reaches);
    switch (attached.kind()) {
      case TRIGGER -> {
        String signature = attached.signature().orElse("");
        String function = signature.substring(signature.indexOf('.') + 1, signature.indexOf('('));
        String trigger = "trigger " + attached.name() + " of " + table;
        String what = trigger + " by function " + function;
        judge(what, reach, followsRow(owner, reach), onCopies);
        if (owner != null && !reaches.isPromised(signature)) {
          KeptKeys.require(what, attached, owner, reaches, tables.catalog());
          seesWhole = AttachedCode.whole(trigger, attached, reaches).orElse(seesWhole);
        }
      }
      case RULE ->
          judge(
              "rule " + attached.name() + " of " + table,
              reach,
              followsRow(owner, reach),
              onCopies);
      case EXPRESSION -> judge("a column, constraint or index of " + table, reach, false, false);
      case POLICY, REFERENCE -> {}
    }
  }

  private Table.@Nullable Sharded owner(List<String> name) {
    return tables.behind(name).stream()
        .filter(Table.Sharded.class::isInstance)
        .map(Table.Sharded.class::cast)
        .findFirst()
        .orElse(null);
  }

  /** Whether it has the row that causes it at hand, and stays with its key. */
  private boolean followsRow(Table.@Nullable Sharded owner, Reach reach) {
    return owner != null && arguments.followsRow(owner, reach);
  }

  /**
   * @param follows whether what it does with sharded tables is about rows of the shard it runs on
   * @param onCopies whether every shard runs it, for its copy of the same row
   */
  private void judge(String what, Reach reach, boolean follows, boolean onCopies) {
    if (reach.opaque() != null) {
      throw new RoutingException(ErrorCode.CODE_BEYOND_SHARD, what, reach.opaque());
    }
    homes.addAll(NumberedByCode.homes(what, reach, tables));
    for (List<String> name : reach.reads()) {
      boolean writes = reach.writes().contains(name);
      for (Table table : tables.behind(name)) {
        boolean part =
            (table instanceof Table.Sharded && !follows)
                || (table instanceof Table.Reference && writes && !onCopies);
        if (part) {
          String verb = writes ? "writes " : "reads ";
          throw new RoutingException(
              ErrorCode.CODE_BEYOND_SHARD, what, verb + Identifiers.display(name));
        }
        if (table instanceof Table.Single single && !Tables.isSystem(name)) {
          homes.add(single.shard());
        }
      }
    }
    for (List<String> name : reach.writes()) {
      written(name, EnumSet.allOf(Event.class));
    }
  }

  private void policies(List<String> name) {
    for (Attached attached : tables.catalog().attached(name)) {
      if (attached.kind() == Attachment.POLICY) {
        String beyond = policies.beyond(name, attached);
        if (beyond != null) {
          throw new RoutingException(
              ErrorCode.CODE_BEYOND_SHARD,
              "policy " + attached.name() + " of " + Identifiers.display(name),
              beyond);
        }
      }
    }
  }

  private Optional<ShardId> home(Mentions mentions) {
    if (homes.isEmpty()) {
      return Optional.empty();
    }
    Set<ShardId> all = new LinkedHashSet<>(homes);
    boolean spread = false;
    Set<List<String>> touched = new LinkedHashSet<>(mentions.reads());
    touched.addAll(mentions.writes().keySet()); // those of TRUNCATE are not read
    for (List<String> name : touched) {
      boolean written = mentions.writes().containsKey(name);
      for (Table table : tables.behind(name)) {
        if (table instanceof Table.Single single) {
          all.add(single.shard());
        } else {
          spread |= table instanceof Table.Sharded || written;
        }
      }
    }
    if (spread || all.size() > 1) {
      throw new RoutingException(
          ErrorCode.CODE_BEYOND_SHARD,
          "a function, trigger or rule",
          "uses a table that lives on shard " + homes.iterator().next() + " alone");
    }
    return Optional.of(all.iterator().next());
  }
}
