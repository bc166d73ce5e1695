package io.shardjdbc.routing.plan.session;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.routing.route.SessionCommand.Action;
import io.shardjdbc.routing.route.Sight;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a statement that takes advisory locks, or speaks over a channel of NOTIFY.
 *
 * <p>On one server everybody who takes a lock of one number meets there. So each number has one
 * home among the shards, and each channel, by PostgreSQL's hash of it over the shards by their
 * names: the same for every process that has the same shards, and for every session whatever else
 * it does. A statement that also reads tables would lock where their rows lie; it is refused.
 *
 * <p>What lasts for the session, its locks and what it listens to, is on a connection that stays
 * with it.
 */
public final class HomePlan extends StatementPlan {

  private static final String UNLOCK_ALL = "pg_advisory_unlock_all";

  private final List<ShardId> byName;
  private final List<HomeNumber> numbers;
  private final boolean keeps;
  private final boolean everywhere;

  private HomePlan(
      ParsedSql parsed,
      Hint hint,
      List<ShardId> shards,
      List<HomeNumber> numbers,
      boolean keeps,
      boolean everywhere) {
    super(
        parsed,
        Effect.READ_ON_PRIMARY,
        hint,
        List.of(
            Explanation.name(Effect.READ_ON_PRIMARY), "  on the home of its lock or its channel"));
    this.byName = shards.stream().sorted(Comparator.comparing(ShardId::name)).toList();
    this.numbers = List.copyOf(numbers);
    this.keeps = keeps;
    this.everywhere = everywhere;
  }

  /**
   * The plan of a query; null where it has nothing to do with locks and channels.
   *
   * @throws RoutingException where one of them would not be at home
   */
  public static @Nullable Plan of(
      ParsedSql parsed, Hint hint, List<ShardId> shards, Statement statement) {
    List<Expr.Call> calls = new ArrayList<>();
    collect(statement, calls);
    if (calls.isEmpty() || shards.size() == 1) {
      return null;
    }
    List<HomeNumber> numbers = new ArrayList<>();
    boolean keeps = false;
    boolean everywhere = false;
    for (Expr.Call call : calls) {
      String name = call.name().last();
      HomeNumber number = namesTable(statement) ? null : HomeNumber.of(call);
      if (name.equals(UNLOCK_ALL) && calls.size() == 1) {
        everywhere = true;
      } else if (number == null) {
        throw new RoutingException(ErrorCode.WITHOUT_HOME, name);
      } else {
        numbers.add(number);
        keeps |= name.contains("advisory") && !name.contains("_xact_");
      }
    }
    return new HomePlan(parsed, hint, shards, numbers, keeps, everywhere);
  }

  /** The plan of NOTIFY, LISTEN and UNLISTEN. */
  public static Plan ofChannel(ParsedSql parsed, Hint hint, List<ShardId> shards, Utility utility) {
    boolean all = utility.names().isEmpty();
    List<HomeNumber> channel =
        all ? List.of() : List.of(HomeNumber.ofChannel(utility.names().get(0).last()));
    boolean keeps = !utility.verb().equals("notify");
    return new HomePlan(parsed, hint, shards, channel, keeps && !all, all);
  }

  private static void collect(Node node, List<Expr.Call> calls) {
    if (node instanceof Expr.Call call && HomeNumber.isOne(call)) {
      calls.add(call);
    }
    node.eachChild(child -> collect(child, calls));
  }

  private static boolean namesTable(Node node) {
    return node instanceof FromItem.Table || node.anyChild(HomePlan::namesTable);
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    if (everywhere) {
      SessionCommand all = new SessionCommand(Action.DISCARD, "", sql());
      return onAny(byName.get(0), KeyHashes.any(), all, Sight.SERVER).onPrimary();
    }
    Set<ShardId> homes = new LinkedHashSet<>();
    for (HomeNumber number : numbers) {
      Key key = number.key(values);
      if (key != null) {
        long hash = KeyHash.postgres().of(key);
        homes.add(byName.get((int) Math.floorMod(hash, (long) byName.size())));
      }
    }
    if (homes.size() > 1) {
      throw new RoutingException(ErrorCode.WITHOUT_HOME, "one of several locks");
    }
    ShardId home = map.having(homes.isEmpty() ? byName.get(0) : homes.iterator().next());
    return keeps
        ? on(home, effect(), KeyHashes.any(), new SessionCommand(Action.KEEP, "", sql()))
        : on(home, KeyHashes.any());
  }
}
