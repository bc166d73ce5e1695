package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.number.LastNumbers;
import io.shardjdbc.session.number.NumberBlocks;
import io.shardjdbc.session.number.SnowflakeNumbers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes numbers from sequences, each at its home, for a statement of one session.
 *
 * <p>A number that was taken is gone, whatever becomes of the transaction, so it need not be taken
 * in it: it comes over a connection beside the pools, which no caller has to wait for who holds the
 * pool's last one, and which makes no shard a participant. A session takes numbers by a connection
 * of its own where only that one sees what it means: its role, its search path, a sequence that its
 * transaction has made or changed.
 */
public final class SequenceNumbers {

  private static final String TAKE =
      "SELECT nextval(?::text::regclass) FROM generate_series(1, ?::int4)";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Session session;
  private final ShardNodes nodes;
  private final SnowflakeNumbers snowflakes;
  private final NumberBlocks blocks;
  private @Nullable LastNumbers last;

  SequenceNumbers(Session session, Surroundings shared) {
    this.session = session;
    this.nodes = shared.nodes();
    this.snowflakes = shared.numbers().snowflakes();
    this.blocks = shared.numbers().blocks();
  }

  /**
   * Takes what all the draws ask for, one draw after another.
   *
   * @throws SQLException naming the shard, if a home cannot be reached; or what its server says
   */
  public long[] take(List<Draw> draws) throws SQLException {
    session.gate().learnWhatNamesMean();
    long[] all = new long[draws.stream().mapToInt(Draw::count).sum()];
    int at = 0;
    for (Draw draw : draws) {
      take(draw, all, at);
      at += draw.count();
    }
    return all;
  }

  /**
   * What a statement takes and what it asks for: numbers that are taken, then numbers that the
   * session remembers.
   */
  public long[] take(Numbering numbering) throws SQLException {
    long[] taken = numbering.draws().isEmpty() ? new long[0] : take(numbering.draws());
    return remember(numbering, taken);
  }

  /** The same where the numbers were taken already, with those of other statements. */
  public long[] remember(Numbering numbering, long[] taken) throws SQLException {
    session.gate().learnWhatNamesMean();
    int at = 0;
    for (Draw draw : numbering.draws()) {
      at += draw.count();
      note(draw, taken[at - 1]);
    }
    if (numbering.last() > 0) {
      last().lastTaken(taken[numbering.last() - 1]);
    }
    int known = taken.length + numbering.remembered().size();
    long[] all = Arrays.copyOf(taken, known + numbering.sizes().size());
    for (int i = taken.length; i < known; i++) {
      all[i] = remembered(numbering.remembered().get(i - taken.length));
    }
    for (int i = known; i < all.length; i++) {
      all[i] = size(numbering.sizes().get(i - known));
    }
    return all;
  }

  /** Asks every shard that has a part, within the open transaction where it takes part in that. */
  private long size(Numbering.Size size) throws SQLException {
    List<ShardId> shards = session.routed().map().shards();
    ShardId only = size.only() != null ? size.only() : size.oneCopy() ? shards.get(0) : null;
    long sum = 0;
    for (ShardId shard : only == null ? shards : List.of(only)) {
      Held held = session.holdToAsk(shard);
      try {
        String part = held.value(size.query());
        sum += part.equals("null") ? 0 : Long.parseLong(part);
      } catch (SQLException e) {
        throw session.failed(held, e);
      } finally {
        session.release(held);
      }
    }
    return sum;
  }

  private long remembered(List<String> sequence) throws SQLException {
    if (hasNamesOfItsOwn()) {
      throw SqlErrors.of(ErrorCode.SESSION_FUNCTION, sequence.isEmpty() ? "lastval" : "currval");
    }
    return last().of(sequence);
  }

  /** Notes the last number that was taken from a sequence, or of all that a statement has taken. */
  public void note(Draw draw, long number) {
    if (hasNamesOfItsOwn()) {
      last().lose(); // the name may stand for another sequence than the plan knows
    } else {
      last().taken(draw.name(), number);
      last().lastTaken(number);
    }
  }

  /** Whether they come over other connections than those of the open transaction. */
  public boolean areTakenOutside() {
    OpenTransaction open = session.transaction();
    return open == null || open.changes().commands() == 0;
  }

  /**
   * Whether a server refuses whatever the numbers are for. It is asked where something says that
   * the session may write nothing, and never guessed: a transaction may have said otherwise.
   */
  public boolean areWasted() throws SQLException {
    return mayBeWasted() && areRefused();
  }

  private boolean mayBeWasted() {
    OpenTransaction open = session.transaction();
    return session.isReadOnly()
        || session.state().settings().stream().anyMatch(s -> mayEndWrites(s.sql()))
        || (open != null && open.history().hasSetting(SequenceNumbers::mayEndWrites));
  }

  private static boolean mayEndWrites(String setting) {
    String upper = setting.toUpperCase(Locale.ROOT);
    return upper.contains("READ_ONLY") || upper.contains("READ ONLY");
  }

  /** Whether nothing may be written now, as a server says. */
  public boolean areRefused() throws SQLException {
    return new SessionSettings(session).value("SHOW transaction_read_only").equals("on");
  }

  /** Notes that a server may have taken numbers in the name of the session. */
  public void lose() {
    last().lose();
  }

  /** Notes that somebody has set a sequence, so that no number is given that was taken before. */
  public void set() {
    last().lose();
    blocks.forget();
  }

  /** Notes that DISCARD makes the session forget. */
  void forget() {
    last().forget();
  }

  /** Made when it is needed, for most sessions take no numbers. */
  private LastNumbers last() {
    LastNumbers known = last;
    if (known == null) {
      known = new LastNumbers();
      last = known;
    }
    return known;
  }

  private boolean hasNamesOfItsOwn() {
    OpenTransaction open = session.transaction();
    return (open != null && open.history().hasSetting(SequenceNumbers::isOfNames))
        || session.state().settings().stream()
            .map(SessionState.Setting::name)
            .anyMatch(name -> name.equals("search_path") || SessionRole.isOne(name));
  }

  private void take(Draw draw, long[] into, int at) throws SQLException {
    if (draw.count() == 0) {
      return;
    }
    if (isTheSessionsOwn(draw)) {
      bySession(draw, into, at);
      return;
    }
    if (snowflakes.areFor(draw)) {
      snowflakes.take(draw, into, at);
      return;
    }
    try {
      blocks.take(draw, into, at, count -> outside(draw, count));
    } catch (SQLException e) {
      if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw SqlErrors.onShard(draw.home(), e);
      }
      bySession(draw, into, at); // and waits there as long as the session likes
    }
  }

  private long[] outside(Draw draw, int count) throws SQLException {
    long[] taken = new long[count];
    nodes
        .primary(draw.home())
        .count(
            connection -> {
              take(connection, draw.times(count), taken, 0);
              return true;
            });
    return taken;
  }

  private static void take(Connection connection, Draw draw, long[] into, int at)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      statement.setString(1, draw.sequence());
      statement.setInt(2, draw.count());
      try (ResultSet rows = statement.executeQuery()) {
        for (int i = at; rows.next(); i++) {
          into[i] = rows.getLong(1);
        }
      }
    }
  }

  private boolean isTheSessionsOwn(Draw draw) {
    OpenTransaction open = session.transaction();
    if (open != null
        && (open.changes().commands() > 0
            || open.history().hasSetting(SequenceNumbers::isOfNames))) {
      return true;
    }
    return session.state().settings().stream()
        .map(SessionState.Setting::name)
        .anyMatch(
            name -> name.equals("search_path") ? draw.isUnqualified() : SessionRole.isOne(name));
  }

  static boolean isOfNames(String setting) {
    return setting.toLowerCase(Locale.ROOT).contains("search_path") || SessionRole.isSetBy(setting);
  }

  private void bySession(Draw draw, long[] into, int at) throws SQLException {
    ShardStatement what = ShardStatement.unchanged(draw.home(), TAKE);
    Route route =
        new OneShard(Effect.READ_ON_PRIMARY, what, KeyHashes.any(), true, null, List.of());
    OpenTransaction open = session.transaction();
    boolean inIt = open != null && open.changes().commands() > 0;
    boolean mayWrite = !inIt && mayBeWasted() && !areRefused();
    Held held = inIt ? session.hold(draw.home(), route) : session.holdApart(draw.home(), route);
    try {
      if (mayWrite) { // as the open transaction may, whatever the next ones begin with
        held.execute("SET TRANSACTION READ WRITE");
      }
      take(held.connection(), draw, into, at);
    } catch (SQLException e) {
      throw session.failed(held, e);
    } finally {
      if (!inIt) {
        held.rollback();
        session.endApart(held);
      }
      session.release(held);
    }
  }
}
