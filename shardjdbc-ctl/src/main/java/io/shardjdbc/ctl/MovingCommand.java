package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that moves rows, or only says what would move. */
@Command
abstract class MovingCommand extends ShardCommand {

  @Mixin private Pace pace = new Pace();

  @Option(
      names = "--dry-run",
      description = "Say what would move and what is in its way; do nothing.")
  private boolean dryRun;

  @Option(
      names = "--strategy",
      paramLabel = "WAY",
      defaultValue = "replicate",
      description = {
        "How rows come to their new shard (default: ${DEFAULT-VALUE}).",
        "replicate: by logical replication. double-write: writers write keys into a journal too,"
            + " and shardctl brings the rows; for servers without wal_level = logical.",
        "read-through: the owner changes first, and rows come key by key when they are needed;"
            + " shardctl brings the rest. There is no way back but another move."
      },
      converter = StrategyName.class)
  private Strategy strategy = Strategy.REPLICATE;

  final Strategy strategy() {
    return strategy;
  }

  /** Says what would move. */
  abstract void plan(Shards shards, Resharding mover, Plan plan) throws SQLException;

  /** Moves it. */
  abstract void move(Shards shards, Resharding mover, Answer answer) throws SQLException;

  @Override
  final void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    mover.by(strategy);
    if (dryRun) {
      plan(shards, mover, new Plan(mover, answer, pace.rowsPerSecond()));
    } else {
      mover.waiting(pace.settings());
      move(shards, mover, answer);
    }
  }
}
