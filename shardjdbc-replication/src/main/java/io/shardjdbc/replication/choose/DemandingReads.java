package io.shardjdbc.replication.choose;

import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.replication.choose.NodeUnavailableException.Reason;
import io.shardjdbc.replication.marks.SessionMarks;
import io.shardjdbc.replication.marks.Ticks;
import io.shardjdbc.replication.watch.Choice;
import io.shardjdbc.replication.watch.ShardView;
import io.shardjdbc.replication.watch.ViewCell;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads that ask for more than a lag bound: those with a token or a session, sequential ones, those
 * on analytics replicas.
 *
 * <p>A sequential read asks for freshness "now". That is one sample of the primary, taken after the
 * read came, and one answer of a replica after it; so the read makes the probe ask at once, and
 * many such reads share the answers. Where no replica gets there in time the primary serves.
 */
public final class DemandingReads {
  /** While a read waits, the nodes are asked again this often. */
  private static final long WAIT_STEP_NANOS = 2_000_000;

  private final String shard;
  private final Ticks ticks;
  private final ReadChooser chooser;
  private final ViewCell cell;
  private final Runnable askNow;
  private final long waitBound;
  private final long probeTimeout;

  /**
   * @param askNow makes the probe ask all nodes as soon as possible
   */
  public DemandingReads(
      String shard,
      ReadSettings settings,
      Ticks ticks,
      ReadChooser chooser,
      ViewCell cell,
      Runnable askNow) {
    this.shard = shard;
    this.ticks = ticks;
    this.chooser = chooser;
    this.cell = cell;
    this.askNow = askNow;
    this.waitBound = Ticks.nanos(settings.waitBound());
    this.probeTimeout = Ticks.nanos(settings.probing().timeout());
  }

  /** The node for a read that came at a time and must show all writes from another time on. */
  public Choice choose(ReadIntent intent, long freshness, long now)
      throws NodeUnavailableException {
    ReadSession session = intent.session().orElse(null);
    SessionMarks marks = session == null ? null : session.on(shard);
    WalPosition position = position(intent);
    Choice choice = null;
    if (!intent.isPrimary()) {
      ReadChooser.Demand demand =
          new ReadChooser.Demand(
              freshness(intent, freshness, now),
              position,
              marks,
              ReadChooser.Demand.ANY,
              ReadChooser.Demand.ANY);
      boolean mayWait = intent.isSequential() || position != null;
      choice = replica(intent, demand, mayWait ? now + waitBound : now);
    }
    if (choice == null) {
      choice = primaryFor(position);
    }
    if (marks != null) {
      marks.chose(choice.index(), choice.generation());
    }
    return choice;
  }

  /**
   * The node for a read whose state is to be proved when it has been chosen: a replica within a
   * bound of lag, whatever else the read asks for, or else the primary. Waits for nothing.
   */
  public Choice near(ReadIntent intent, long freshness) throws NodeUnavailableException {
    Choice primary = primaryFor(position(intent)); // which proves the state, so it has to be there
    ReadChooser.Demand demand =
        new ReadChooser.Demand(
            freshness, null, null, ReadChooser.Demand.ANY, ReadChooser.Demand.ANY);
    Choice replica = intent.isPrimary() ? null : chooser.demanding(cell.get(), intent, demand);
    Choice choice = replica != null ? replica : primary;
    intent
        .session()
        .ifPresent(session -> session.on(shard).chose(choice.index(), choice.generation()));
    return choice;
  }

  /** Another replica that would do for a read as well as the first. */
  public Optional<Choice> another(Choice first, ReadIntent intent, long freshness, long now) {
    ReadChooser.Demand demand =
        new ReadChooser.Demand(
            freshness(intent, freshness, now),
            position(intent),
            null,
            first.index(),
            ReadChooser.Demand.ANY);
    return Optional.ofNullable(chooser.demanding(cell.get(), intent, demand));
  }

  /** What is known now about the node of a choice, if it would do for this read; or null. */
  public @Nullable Choice again(Choice first, ReadIntent intent, long freshness, long now) {
    ReadSession session = intent.session().orElse(null);
    SessionMarks marks = session == null ? null : session.on(shard);
    ReadChooser.Demand demand =
        new ReadChooser.Demand(
            freshness(intent, freshness, now),
            position(intent),
            marks,
            ReadChooser.Demand.ANY,
            first.index());
    ShardView view = cell.get();
    Choice choice = chooser.demanding(view, intent, demand);
    if (choice == null) {
      choice = chooser.demandingButStale(view, intent, demand);
    }
    if (choice != null && marks != null) {
      marks.chose(choice.index(), choice.generation());
    }
    return choice;
  }

  /**
   * Whether a choice's node is shown to have replayed a position, on the server of a connection;
   * waits for that for so many nanoseconds.
   *
   * @param openedAt see {@link Choice#covers}
   */
  public boolean awaitReplayed(Choice choice, long openedAt, WalPosition position, long patience) {
    ReadIntent intent =
        ReadIntent.atLeast(CausalToken.of(shard, position)).onAnalytics(); // be it one for these
    return covering(
            openedAt,
            patience,
            () -> Optional.ofNullable(again(choice, intent, Long.MIN_VALUE, ticks.now())))
        .isPresent();
  }

  /** A choice that holds for a connection, as soon as the node has been asked again. */
  public Optional<Choice> covering(long openedAt, Supplier<Optional<Choice>> choices) {
    return covering(openedAt, probeTimeout, choices);
  }

  private Optional<Choice> covering(
      long openedAt, long patience, Supplier<Optional<Choice>> choices) {
    long until = ticks.now() + patience;
    while (true) {
      ShardView view = cell.get();
      Optional<Choice> choice = choices.get();
      long left = until - ticks.now();
      if (choice.filter(known -> known.covers(openedAt)).isPresent()) {
        return choice;
      }
      askNow.run();
      if (left <= 0 || !cell.await(view, left)) {
        return Optional.empty();
      }
    }
  }

  private static long freshness(ReadIntent intent, long freshness, long now) {
    return intent.isSequential() ? Math.max(freshness, now) : freshness;
  }

  private @Nullable WalPosition position(ReadIntent intent) {
    CausalToken token = intent.token().orElse(null);
    return token == null ? null : token.position(shard).orElse(null);
  }

  private @Nullable Choice replica(ReadIntent intent, ReadChooser.Demand demand, long until) {
    ShardView view = cell.get();
    Choice choice = chooser.demanding(view, intent, demand);
    long left = until - ticks.now();
    while (choice == null && left > 0 && isWorthWaiting(view)) {
      askNow.run();
      if (!cell.await(view, Math.min(left, WAIT_STEP_NANOS))) {
        break;
      }
      view = cell.get();
      choice = chooser.demanding(view, intent, demand);
      left = until - ticks.now();
    }
    return choice != null ? choice : chooser.demandingButStale(view, intent, demand);
  }

  private static boolean isWorthWaiting(ShardView view) {
    return view.general().length + view.analytics().length > 0 || view.primary() == null;
  }

  /** The primary, unless the token proves that it is not the primary any more. */
  private Choice primaryFor(@Nullable WalPosition position) throws NodeUnavailableException {
    ShardView view = cell.get();
    if (position != null && view.timeline() > 0 && position.timeline() > view.timeline()) {
      askNow.run();
      throw new NodeUnavailableException(shard, Reason.PRIMARY_SUPERSEDED);
    }
    return chooser.primary(view);
  }
}
