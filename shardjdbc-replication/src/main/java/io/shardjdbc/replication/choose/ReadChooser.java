package io.shardjdbc.replication.choose;

import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadPolicy;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.replication.choose.NodeUnavailableException.Reason;
import io.shardjdbc.replication.marks.SessionMarks;
import io.shardjdbc.replication.marks.Ticks;
import io.shardjdbc.replication.watch.Choice;
import io.shardjdbc.replication.watch.NodeActivity;
import io.shardjdbc.replication.watch.ReplicaView;
import io.shardjdbc.replication.watch.ShardView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides a read from a {@link ShardView}: comparisons only, no lock, nothing allocated.
 *
 * <p>"In turn" is kept by a plain counter that threads may overwrite for each other: a lost step
 * matters to no one, a contended atomic on every read would.
 */
public final class ReadChooser {
  private final String shard;
  private final ReadPolicy policy;
  private final long maxLag;
  private final NodeActivity activity;
  private int turn = ThreadLocalRandom.current().nextInt(1 << 10);

  public ReadChooser(String shard, ReadSettings settings, NodeActivity activity) {
    this.shard = shard;
    this.policy = settings.policy();
    this.maxLag = Ticks.nanos(settings.maxLag());
    this.activity = activity;
  }

  /** What a read demands of a replica besides being usable. */
  record Demand(
      long freshness,
      @Nullable WalPosition position,
      @Nullable SessionMarks session,
      int otherThan,
      int only) {

    static final int ANY = -1;

    boolean isMetBy(ReplicaView replica, boolean freshEnough) {
      Choice choice = replica.fresh();
      return (freshEnough || replica.freshness() >= freshness)
          && choice.index() != otherThan
          && (only == ANY || choice.index() == only)
          && (position == null || reaches(replica.replayed(), position))
          && (session == null
              || session.admits(choice.index(), choice.generation(), replica.freshness()));
    }

    /**
     * A position of an earlier timeline that the replica's own went beyond is either in its history
     * or was lost for everyone by a failover.
     */
    private static boolean reaches(WalPosition replayed, WalPosition wanted) {
      return replayed.timeline() >= wanted.timeline() && replayed.lsn().reaches(wanted.lsn());
    }
  }

  /** Whether choosing is one look at times, with nothing to wait for or to remember. */
  public static boolean isSimple(ReadIntent intent) {
    return intent.token().isEmpty()
        && intent.session().isEmpty()
        && !intent.isSequential()
        && !intent.isAnalytics();
  }

  /** The time from which on all writes must show. */
  public long freshness(ReadIntent intent, long now, long written) {
    Optional<Duration> own = intent.maxLag();
    return Math.max(now - (own.isPresent() ? Ticks.nanos(own.get()) : maxLag), written);
  }

  /**
   * A simple read: a fresh replica, else a stale one if that is tolerated now, else the primary.
   */
  public Choice simple(ShardView view, ReadIntent intent, long freshness)
      throws NodeUnavailableException {
    if (!intent.isPrimary()) {
      Choice choice = fresh(view.general(), freshness);
      if (choice != null) {
        return choice;
      }
      if (intent.isTolerant() && staysOnReplicas(view) && view.general().length > 0) {
        return view.general()[0].stale();
      }
    }
    return primary(view);
  }

  /** A replica that meets the demand within bounds; null if there is none. */
  @Nullable Choice demanding(ShardView view, ReadIntent intent, Demand demand) {
    Choice choice = intent.isAnalytics() ? first(view.analytics(), demand, false) : null;
    return choice != null ? choice : first(view.general(), demand, false);
  }

  /** A replica for a tolerant read that meets the demand except for freshness; null if none. */
  @Nullable Choice demandingButStale(ShardView view, ReadIntent intent, Demand demand) {
    if (!intent.isTolerant() || !staysOnReplicas(view)) {
      return null;
    }
    Choice choice = intent.isAnalytics() ? first(view.analytics(), demand, true) : null;
    return choice != null ? choice : first(view.general(), demand, true);
  }

  public Choice primary(ShardView view) throws NodeUnavailableException {
    Choice primary = view.primary();
    if (primary == null) {
      boolean down = view.general().length == 0 && view.analytics().length == 0;
      throw new NodeUnavailableException(shard, down ? Reason.DOWN : Reason.NO_PRIMARY);
    }
    return primary;
  }

  private static boolean staysOnReplicas(ShardView view) {
    return view.breakerOpen() || view.primary() == null;
  }

  private @Nullable Choice first(ReplicaView[] replicas, Demand demand, boolean stale) {
    int start = replicas.length == 0 || stale ? 0 : Math.floorMod(turn++, replicas.length);
    for (int i = 0; i < replicas.length; i++) {
      ReplicaView replica = replicas[(start + i) % replicas.length];
      if (demand.isMetBy(replica, stale)) {
        return stale ? replica.stale() : replica.fresh();
      }
    }
    return null;
  }

  private @Nullable Choice fresh(ReplicaView[] replicas, long freshness) {
    int enough = 0;
    while (enough < replicas.length && replicas[enough].freshness() >= freshness) {
      enough++;
    }
    if (enough == 0) {
      return null;
    }
    int next = enough == 1 ? 0 : Math.floorMod(turn++, enough);
    return switch (policy) {
      case ROUND_ROBIN -> replicas[next].fresh();
      case LEAST_LAG -> leastLag(replicas, enough, next);
      case ZONE -> inZone(replicas, enough, next);
      case LEAST_OUTSTANDING -> leastOutstanding(replicas, enough, next);
    };
  }

  private static Choice leastLag(ReplicaView[] replicas, int enough, int next) {
    int equal = 1;
    while (equal < enough && replicas[equal].freshness() == replicas[0].freshness()) {
      equal++;
    }
    return replicas[next % equal].fresh();
  }

  private static Choice inZone(ReplicaView[] replicas, int enough, int next) {
    for (int i = 0; i < enough; i++) {
      ReplicaView replica = replicas[(next + i) % enough];
      if (replica.inZone()) {
        return replica.fresh();
      }
    }
    return replicas[next].fresh();
  }

  private Choice leastOutstanding(ReplicaView[] replicas, int enough, int next) {
    Choice best = replicas[next].fresh();
    for (int i = 1; i < enough; i++) {
      Choice other = replicas[(next + i) % enough].fresh();
      if (activity.outstanding(other.index()) < activity.outstanding(best.index())) {
        best = other;
      }
    }
    return best;
  }
}
