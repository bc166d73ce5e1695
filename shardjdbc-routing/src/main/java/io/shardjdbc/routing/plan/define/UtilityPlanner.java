package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.code.RoutineHome;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.EverywherePlan;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.session.HomePlan;
import io.shardjdbc.routing.plan.session.SessionPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Plans everything that is not DML: session commands, DDL, maintenance. */
public final class UtilityPlanner {

  private static final Set<String> SCHEMA_VERBS =
      Set.of(
          "create",
          "alter",
          "drop",
          "comment",
          "grant",
          "revoke",
          "truncate",
          "vacuum",
          "analyze",
          "analyse",
          "reindex",
          "cluster",
          "refresh",
          "security",
          "reassign",
          "import");

  /** Objects of the whole server, and of the session, that every shard cannot have alike. */
  private static final Set<String> REFUSED_OBJECTS =
      Set.of("subscription", "publication", "tablespace", "database");

  private static final Set<String> CHANNEL_VERBS = Set.of("notify", "listen", "unlisten");

  private static final Pattern CONCURRENTLY =
      Pattern.compile("\\bconcurrently\\b", Pattern.CASE_INSENSITIVE);

  private static final Set<String> ROLE_VERBS =
      Set.of("create", "alter", "drop", "grant", "revoke", "comment", "security");
  private static final Set<String> ROLES = Set.of("role", "user", "group", "parameter");

  private final Tables tables;
  private final ParsedSql parsed;
  private final Hint hint;
  private final Utility utility;
  private final List<ShardId> shards;

  public UtilityPlanner(Tables tables, ParsedSql parsed, Hint hint, Utility utility) {
    this.tables = tables;
    this.parsed = parsed;
    this.hint = hint;
    this.utility = utility;
    this.shards = tables.shards();
  }

  /**
   * Finds the plan, or refuses.
   *
   * @param planInner plans the statement inside EXPLAIN
   */
  public Plan plan(Function<Statement, Plan> planInner) {
    String verb = utility.verb();
    if (verb.isEmpty() || verb.equals("show")) {
      return new ShowPlan(parsed, hint);
    }
    if (SessionPlan.isSessionVerb(verb)) {
      return SessionPlan.of(parsed, hint, utility);
    }
    if (verb.equals("explain") && utility.inner() != null) {
      return new ExplainPlan(parsed, hint, planInner.apply(utility.inner()));
    }
    if (CHANNEL_VERBS.contains(verb) && shards.size() > 1) {
      return HomePlan.ofChannel(parsed, hint, tables.configuration().shards(), utility);
    }
    if (shards.size() > 1 && isEverywhere(verb)) {
      return new EverywherePlan(parsed, Effect.SCHEMA, hint, verb, true);
    }
    if (utility.object().equals("materialized view") && utility.inner() != null) {
      return shards.size() == 1
          ? schema(verb)
          : new MaterializedViews(tables, parsed, hint, utility)
              .plan(planInner.apply(utility.inner()));
    }
    boolean ofShards = SCHEMA_VERBS.contains(verb) && !REFUSED_OBJECTS.contains(utility.object());
    if (ofShards && !isOfOneServer(verb)) {
      return schema(verb);
    }
    ShardId only = onlyShard(verb);
    if (only == null) {
      throw refused();
    }
    Effect effect = ofShards || verb.equals("do") ? Effect.SCHEMA : Effect.WRITE;
    return new FixedPlan(parsed, effect, hint, only, KeyHashes.any());
  }

  /** A block that changes the schema alone does so on every shard; so does what a hint says. */
  private boolean isEverywhere(String verb) {
    boolean block = verb.equals("do");
    return (hint.everywhere() && (block || verb.equals("call")))
        || (block && new BlockOfChanges(tables).is(parsed.sql()));
  }

  /** Whether what it makes cannot be made on every shard alike. */
  private boolean isOfOneServer(String verb) {
    boolean createsFromQuery =
        utility.inner() != null && verb.equals("create") && !utility.object().endsWith("view");
    return createsFromQuery || utility.temporary();
  }

  /**
   * The shard that runs what would mean something else on several: the only one there is, or the
   * one where all tables live that LOCK names. Two-phase commits are not the caller's to prepare.
   */
  private @Nullable ShardId onlyShard(String verb) {
    if (shards.size() == 1) {
      return utility.object().equals("transaction") ? null : shards.get(0);
    }
    Set<ShardId> homes = new LinkedHashSet<>();
    if (verb.equals("lock")) {
      for (Name name : utility.tables()) {
        if (!(tables.declared(name) instanceof Table.Single single)) {
          return null;
        }
        homes.add(single.shard());
      }
    }
    return homes.size() == 1 ? homes.iterator().next() : null;
  }

  private Plan schema(String verb) {
    RelatedTables kin = new RelatedTables(tables, utility);
    kin.check();
    AlteredColumns.check(tables, utility, kin);
    Set<ShardId> homes = new LinkedHashSet<>();
    boolean everywhere = false;
    if (utility.tables().isEmpty()) {
      new IndexesAndViews(tables).home(utility).ifPresent(homes::add);
      new RoutineHome(tables).of(utility, parsed.sql()).ifPresent(homes::add);
      everywhere = homes.isEmpty();
    }
    for (Name name : utility.tables()) {
      if (tables.isSpreadView(Tables.local(name)) || isNowhere(name)) {
        everywhere = true;
      } else if (kin.table(name) instanceof Table.Single single) {
        homes.add(single.shard());
      } else {
        everywhere = true;
      }
    }
    if (!everywhere && homes.size() == 1) {
      return new FixedPlan(parsed, Effect.SCHEMA, hint, homes.iterator().next(), KeyHashes.any());
    }
    String subject = (verb + " " + utility.object()).strip();
    if (!homes.isEmpty() && ListedTablesPlan.fits(parsed, utility)) {
      return new ListedTablesPlan(parsed, hint, subject, listed(kin), inTransaction(verb));
    }
    if (!homes.isEmpty() && !tables.isAlone()) {
      throw new RoutingException(
          ErrorCode.SINGLE_TABLES_APART,
          String.join(", ", utility.tables().stream().map(Name::last).toList()));
    }
    if (!tables.isAlone() && ClockDefaults.in(parsed.sql())) {
      throw new RoutingException(
          ErrorCode.NOT_COPY_SAFE,
          utility.tables().isEmpty() ? subject : utility.tables().get(0).last(),
          "a default that names the clock");
    }
    return new EverywherePlan(
        parsed,
        Effect.SCHEMA,
        hint,
        subject,
        new Merge.SameOnAll(inTransaction(verb), false, ofServer(verb)));
  }

  private List<ListedTablesPlan.Listed> listed(RelatedTables kin) {
    List<ListedTablesPlan.Listed> listed = new ArrayList<>();
    for (Name name : utility.tables()) {
      boolean spread = tables.isSpreadView(Tables.local(name)) || isNowhere(name);
      Optional<ShardId> home =
          !spread && kin.table(name) instanceof Table.Single single
              ? Optional.of(single.shard())
              : Optional.empty();
      listed.add(new ListedTablesPlan.Listed(name, home));
    }
    return listed;
  }

  /** Whether something is dropped that no shard has: each says so itself. */
  private boolean isNowhere(Name name) {
    return utility.verb().equals("drop")
        && tables.configuration().table(Tables.local(name)).isEmpty()
        && tables.catalog().table(Tables.local(name)).isEmpty()
        && tables.catalog().shardsWith(Tables.local(name)).isEmpty();
  }

  /** Whether PostgreSQL runs it inside a transaction block. */
  private boolean inTransaction(String verb) {
    boolean maintenance = verb.equals("vacuum") || (verb.equals("cluster") && noTable());
    boolean reindexOfMany =
        verb.equals("reindex") && Set.of("database", "system", "schema").contains(utility.object());
    boolean server = verb.equals("alter") && utility.object().equals("system");
    return !maintenance
        && !reindexOfMany
        && !server
        && ofServer(verb) == Merge.OfServer.NOTHING
        && !CONCURRENTLY.matcher(parsed.sql()).find();
  }

  /** What it writes of that which all databases of a server share. */
  private Merge.OfServer ofServer(String verb) {
    boolean ofRoles =
        (ROLE_VERBS.contains(verb) && ROLES.contains(utility.object()))
            || (verb.equals("alter") && utility.object().equals("system"));
    if (ofRoles) {
      return Merge.OfServer.ALL;
    }
    boolean inPart = (verb.equals("analyze") || verb.equals("analyse")) && noTable();
    return inPart || utility.object().equals("owned")
        ? Merge.OfServer.PART
        : Merge.OfServer.NOTHING;
  }

  private boolean noTable() {
    return utility.tables().isEmpty();
  }

  private RoutingException refused() {
    String what = (utility.verb() + " " + utility.object()).strip().toUpperCase(Locale.ROOT);
    return new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, what);
  }
}
