package io.shardjdbc.ctl;

import io.shardjdbc.reshard.SplitProposal;
import io.shardjdbc.reshard.SplitRules;
import io.shardjdbc.reshard.engine.AutoSplit;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Watches shards, and proposes to split one. */
@Command(
    name = "autosplit",
    description = {
      "Watches how much each shard has to do, and proposes to split one that has too much.",
      "A shard that the configuration has and the map does not gets half, else the one that has"
          + " least. Nothing is proposed while rows move, nor for --between after they have. Moves"
          + " nothing without --apply."
    })
final class AutosplitCommand extends MovingCommand {

  @Option(
      names = "--transactions",
      paramLabel = "PER-SECOND",
      description = "How many transactions a second a shard can do.")
  private double transactions;

  @Option(
      names = "--bytes",
      paramLabel = "BYTES",
      description = "How many bytes a shard's database can hold.")
  private long bytes;

  @Option(
      names = "--threshold",
      paramLabel = "PERCENT",
      defaultValue = "85",
      description = "From which part of these on it is too much (default: ${DEFAULT-VALUE}).")
  private double threshold;

  @Option(
      names = "--sustained",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "For how long it has to be too much (default: ${DEFAULT-VALUE}).")
  private long sustained;

  @Option(
      names = "--cool-down",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "How long nothing is split after rows have moved (default: ${DEFAULT-VALUE}).")
  private long coolDown;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How often it looks (default: ${DEFAULT-VALUE}).")
  private long every;

  @Option(names = "--once", description = "End with the first proposal, or when it was done.")
  private boolean once;

  @Option(names = "--apply", description = "Do what is proposed.")
  private boolean apply;

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    SplitProposal proposal = await(watch(shards, mover), plan.answer());
    ShardId to = proposal.to().orElseThrow();
    MapDocument joined = mover.map().with(to, shards.reach(to));
    plan.show(
        joined,
        mover.reshaping(joined).split(proposal.shard(), to),
        mover.lookAhead(to, shards.copied()));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    AutoSplit watch = watch(shards, mover);
    do {
      SplitProposal proposal = await(watch, answer);
      if (apply) {
        split(shards, mover, watch, proposal, answer);
      }
    } while (!once);
  }

  private AutoSplit watch(Shards shards, Resharding mover) {
    if (every <= 0 || threshold <= 0 || transactions < 0 || bytes < 0 || sustained < 0) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION, "--every and --threshold are above zero, others not below");
    }
    if (transactions == 0 && bytes == 0) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION, "--transactions or --bytes says what a shard can do");
    }
    SplitRules rules =
        new SplitRules(
            transactions,
            bytes,
            threshold / 100,
            Duration.ofSeconds(sustained),
            Duration.ofSeconds(coolDown));
    return new AutoSplit(mover, rules, List.copyOf(shards.reach().keySet()));
  }

  /** Looks until something is proposed that can be done, and says what it finds. */
  private SplitProposal await(AutoSplit watch, Answer answer) throws SQLException {
    while (true) {
      Optional<SplitProposal> proposal = watch.look();
      if (proposal.isPresent()) {
        answer.say(proposal.get().toString());
        answer.put("proposal", proposal.get());
        if (proposal.get().to().isPresent()) {
          return proposal.get();
        }
      }
      LockSupport.parkNanos(Duration.ofSeconds(every).toNanos());
    }
  }

  /** Whoever else moves rows has the turn before, or waits until this has ended. */
  private static void split(
      Shards shards, Resharding mover, AutoSplit watch, SplitProposal proposal, Answer answer)
      throws SQLException {
    ShardId to = proposal.to().orElseThrow();
    mover.resume();
    if (watch.mayMove()) {
      mover.join(to, shards.reach(to), shards.copied());
      mover.make(mover.reshaping(mover.map()).split(proposal.shard(), to));
      answer.say("half of " + proposal.shard() + " is on " + to);
    }
    mover.close();
  }
}
