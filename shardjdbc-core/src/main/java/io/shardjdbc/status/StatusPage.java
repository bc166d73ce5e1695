package io.shardjdbc.status;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardHealth;
import io.shardjdbc.ShardMove;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.outcome.InDoubtTransaction;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A page that shows how the shards of a DataSource are: who owns what, as rings; levels, servers,
 * lag and connections; what moves, what is in doubt, and who waits for whom.
 *
 * <p>It is one HTML document with its pictures in SVG. It loads nothing, runs no script, and names
 * no address, user, password or value. Immutable and thread-safe.
 */
public final class StatusPage {

  private final ShardDataSource dataSource;
  private final List<StatusTable> more;

  private StatusPage(ShardDataSource dataSource, List<StatusTable> more) {
    this.dataSource = dataSource;
    this.more = more;
  }

  /** The page of a DataSource. */
  public static StatusPage of(ShardDataSource dataSource) {
    return new StatusPage(dataSource, List.of());
  }

  /** The page with a further table at its end. */
  public StatusPage with(StatusTable table) {
    List<StatusTable> all = new ArrayList<>(more);
    all.add(table);
    return new StatusPage(dataSource, List.copyOf(all));
  }

  /**
   * The page as things are now. It asks the shards what moves, what is in doubt and who waits; a
   * shard that does not answer is said on the page.
   *
   * @throws SQLException if the DataSource is closed
   */
  public String html() throws SQLException {
    ShardMap map = dataSource.unwrap(CurrentMap.class).get();
    List<ShardHealth> health = dataSource.health();
    Document page = new Document("Shards");
    page.facts(
        List.of(
            dataSource.level().name(),
            map.shards().size() + " shards",
            map.epoch().toString(),
            map.moving().isUnderWay() ? "rows are moving" : "no rows are moving"));
    Rings.of(map).forEach(page::picture);
    page.table(servers(health));
    page.table(pools(dataSource.usage()));
    page.table(moves());
    page.table(inDoubt());
    page.table(waits());
    more.forEach(page::table);
    return page.toString();
  }

  private static StatusTable servers(List<ShardHealth> health) {
    List<List<String>> rows = new ArrayList<>();
    for (ShardHealth shard : health) {
      if (shard.nodes().isEmpty()) {
        rows.add(List.of(shard.shard().name(), shard.level().name(), "", "not watched", "", ""));
      }
      for (NodeHealth node : shard.nodes()) {
        rows.add(
            List.of(
                shard.shard().name(),
                shard.level().name(),
                node.id().name(),
                node.state().name(),
                inWords(node.lag()),
                inWords(node.sinceAnswer())));
      }
    }
    return new StatusTable(
        "Servers", List.of("shard", "level", "server", "state", "lag", "last answer"), rows);
  }

  private static StatusTable pools(List<NodeUsage> usage) {
    List<List<String>> rows =
        usage.stream()
            .map(
                pool ->
                    List.of(
                        pool.shard().name(),
                        pool.node(),
                        String.valueOf(pool.open()),
                        String.valueOf(pool.lent())))
            .toList();
    return new StatusTable("Connections", List.of("shard", "server", "open", "in use"), rows);
  }

  private StatusTable moves() {
    String title = "Moves";
    try {
      List<List<String>> rows = new ArrayList<>();
      for (ShardMove move : dataSource.moves()) {
        rows.add(
            List.of(
                String.valueOf(move.number()),
                String.format(Locale.ROOT, "%.2f %% of %s", move.share() * 100, move.placement()),
                move.source().name(),
                move.target().name(),
                move.held() ? move.step() + ", rows are held" : move.step(),
                inWords(move.inStep()),
                move.keptLog() / 1024 + " KiB"));
      }
      return new StatusTable(
          title, List.of("move", "what", "from", "to", "step", "for", "kept log"), rows);
    } catch (SQLException e) {
      return notKnown(title, e);
    }
  }

  private StatusTable inDoubt() {
    String title = "In doubt";
    try {
      List<List<String>> rows = new ArrayList<>();
      for (InDoubtTransaction part : dataSource.transactions().inDoubt()) {
        rows.add(
            List.of(
                part.transaction().toString(),
                part.shard().name(),
                inWords(part.age()),
                String.join(", ", part.locks())));
      }
      return new StatusTable(title, List.of("transaction", "shard", "age", "locks"), rows);
    } catch (SQLException e) {
      return notKnown(title, e);
    }
  }

  private StatusTable waits() {
    String title = "Waits";
    try {
      List<List<String>> rows = new ArrayList<>();
      for (TransactionWait wait : dataSource.transactions().waits()) {
        rows.add(
            List.of(
                wait.shard().name(),
                wait.waiter().name(),
                wait.holder().name(),
                inWords(wait.lasts()),
                wait.lock(),
                wait.waiter().summary().orElse("")));
      }
      return new StatusTable(
          title, List.of("shard", "who waits", "for whom", "for", "lock", "statement"), rows);
    } catch (SQLException e) {
      return notKnown(title, e);
    }
  }

  private static StatusTable notKnown(String title, SQLException e) {
    return new StatusTable(
        title, List.of("not known"), List.of(List.of(String.valueOf(e.getMessage()))));
  }

  private static String inWords(Optional<Duration> time) {
    return time.map(StatusPage::inWords).orElse("not known");
  }

  private static String inWords(Duration time) {
    long millis = time.toMillis();
    return millis < 1_000 ? millis + " ms" : millis / 1_000 + "." + millis % 1_000 / 100 + " s";
  }

  /** A shard's colour, the same in all pictures. */
  static String colour(List<ShardId> shards, ShardId shard) {
    // Turning by the golden angle keeps neighbours apart for any number of shards.
    long hue = Math.round(shards.indexOf(shard) * 137.508) % 360;
    return "hsl(" + hue + " 60% 50%)";
  }
}
