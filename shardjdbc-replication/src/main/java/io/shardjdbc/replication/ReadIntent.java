package io.shardjdbc.replication;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read asks for: how fresh, from where, after what.
 *
 * <p>Make one by a static method and narrow it: {@code
 * ReadIntent.tolerant(Duration.ofSeconds(5)).within(session)}. All of it holds together: a read of
 * a session with a token satisfies both. Immutable, so that common intents can be constants.
 */
public final class ReadIntent {
  private static final ReadIntent STANDARD =
      new ReadIntent(Kind.STANDARD, null, null, null, false, false);
  private static final ReadIntent PRIMARY =
      new ReadIntent(Kind.PRIMARY, null, null, null, false, false);
  private static final ReadIntent SEQUENTIAL =
      new ReadIntent(Kind.SEQUENTIAL, null, null, null, false, false);

  private enum Kind {
    STANDARD,
    PRIMARY,
    TOLERANT,
    SEQUENTIAL
  }

  private final Kind kind;
  private final @Nullable Duration maxLag;
  private final @Nullable CausalToken token;
  private final @Nullable ReadSession session;
  private final boolean analytics;
  private final boolean snapshot;

  private ReadIntent(
      Kind kind,
      @Nullable Duration maxLag,
      @Nullable CausalToken token,
      @Nullable ReadSession session,
      boolean analytics,
      boolean snapshot) {
    this.kind = kind;
    this.maxLag = maxLag;
    this.token = token;
    this.session = session;
    this.analytics = analytics;
    this.snapshot = snapshot;
  }

  /**
   * An ordinary read: from a replica that is within {@link ReadSettings#maxLag()} and has this
   * process's writes to what is read, else from the primary. The bound is never exceeded.
   */
  public static ReadIntent standard() {
    return STANDARD;
  }

  /** A read from the primary. */
  public static ReadIntent primary() {
    return PRIMARY;
  }

  /**
   * A read like {@link #standard()} with a lag bound of its own. The bound is never exceeded.
   *
   * @param maxLag how far behind is still good enough
   */
  public static ReadIntent bounded(Duration maxLag) {
    return new ReadIntent(Kind.STANDARD, maxLag, null, null, false, false);
  }

  /**
   * A read that would rather be stale than be a burden or fail.
   *
   * <p>It is served within the bound while a replica is, or else by the primary. But once every
   * replica is further behind than {@link ReadSettings#staleThreshold()}, or the primary is gone,
   * it is served by a replica however stale, even without this process's own last writes. A token
   * or a session of the intent still holds.
   *
   * @param maxLag the bound in good times
   */
  public static ReadIntent tolerant(Duration maxLag) {
    return new ReadIntent(Kind.TOLERANT, maxLag, null, null, false, false);
  }

  /**
   * A read that sees every write acknowledged anywhere, by any process, before it started: from a
   * replica that is shown to have them within {@link ReadSettings#waitBound()}, else from the
   * primary.
   */
  public static ReadIntent sequential() {
    return SEQUENTIAL;
  }

  /** An ordinary read from a replica kept for {@linkplain NodeUse#ANALYTICS analytics}. */
  public static ReadIntent analytics() {
    return STANDARD.onAnalytics();
  }

  /** An ordinary read that sees all that the token stands for. */
  public static ReadIntent atLeast(CausalToken token) {
    return STANDARD.after(token);
  }

  /**
   * An ordinary read that sees all its shards of one moment: each two-phase transaction on all of
   * them or on none, and whatever was acknowledged before. See {@link #ofOneMoment()}.
   */
  public static ReadIntent snapshot() {
    return STANDARD.ofOneMoment();
  }

  /**
   * The same read, which sees all its shards of one moment. It is found by {@code ShardDataSource};
   * what chooses among the nodes of one shard has nothing to do with it.
   */
  public ReadIntent ofOneMoment() {
    return new ReadIntent(kind, maxLag, token, session, analytics, true);
  }

  /**
   * The same read, preferring a replica kept for {@linkplain NodeUse#ANALYTICS analytics}. If none
   * is fresh enough, an ordinary replica or the primary serves it.
   */
  public ReadIntent onAnalytics() {
    return new ReadIntent(kind, maxLag, token, session, true, snapshot);
  }

  /** The same read, which also sees all that the token stands for. */
  public ReadIntent after(CausalToken other) {
    CausalToken both = token == null ? other : token.merge(other);
    return new ReadIntent(kind, maxLag, both.isEmpty() ? null : both, session, analytics, snapshot);
  }

  /**
   * The same read, which also sees every write acknowledged before it started, as {@link
   * #sequential()}.
   */
  public ReadIntent afterAll() {
    Kind stricter = kind == Kind.PRIMARY ? kind : Kind.SEQUENTIAL;
    return new ReadIntent(stricter, maxLag, token, session, analytics, snapshot);
  }

  /** The same read as one of a session, which never sees less than the session's reads before. */
  public ReadIntent within(ReadSession other) {
    return new ReadIntent(kind, maxLag, token, other, analytics, snapshot);
  }

  /** The lag bound of its own, if it has one. */
  public Optional<Duration> maxLag() {
    return Optional.ofNullable(maxLag);
  }

  /** What the read must see at least, if anything. */
  public Optional<CausalToken> token() {
    return Optional.ofNullable(token);
  }

  /** The session it belongs to, if any. */
  public Optional<ReadSession> session() {
    return Optional.ofNullable(session);
  }

  /** Whether it asks for the primary. */
  public boolean isPrimary() {
    return kind == Kind.PRIMARY;
  }

  /** Whether it would rather be stale than fail. */
  public boolean isTolerant() {
    return kind == Kind.TOLERANT;
  }

  /** Whether it sees every write acknowledged before it started. */
  public boolean isSequential() {
    return kind == Kind.SEQUENTIAL;
  }

  /** Whether it prefers replicas kept for analytics. */
  public boolean isAnalytics() {
    return analytics;
  }

  /** Whether it sees all its shards of one moment. */
  public boolean isSnapshot() {
    return snapshot;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.name().toLowerCase(java.util.Locale.ROOT));
    if (maxLag != null) {
      text.append(" within ").append(maxLag);
    }
    if (token != null) {
      text.append(" at least ").append(token);
    }
    if (session != null) {
      text.append(" in a session");
    }
    if (analytics) {
      text.append(" on analytics");
    }
    if (snapshot) {
      text.append(" of one moment");
    }
    return text.toString();
  }
}
