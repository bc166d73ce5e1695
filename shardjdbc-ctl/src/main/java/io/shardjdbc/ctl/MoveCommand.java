package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.Positioning;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves a key. */
@Command(
    name = "move",
    description = {
      "Moves the rows of one key to another shard, in all tables that are placed alike.",
      "With --below: of all keys from that one on, up to another.",
      "A key that no shard has, as one that a list of keys did not name, is placed there.",
      "The way back stays open until finish, if the strategy has one."
    })
final class MoveCommand extends MovingCommand {

  @Parameters(
      index = "0",
      paramLabel = "TABLE",
      description = "A table that has the key, as the configuration names it.")
  private String table = "";

  @Parameters(
      index = "1..*",
      arity = "2..*",
      paramLabel = "KEY.. TO",
      hideParamSyntax = true,
      description =
          "The value of the key, or of each of its columns; and last the shard that gets it.")
  private List<String> keyAndShard = List.of();

  @Option(
      names = "--below",
      paramLabel = "KEY",
      description = "The first key that stays, of a table that is placed by ranges.")
  private String below = "";

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    plan.show(mover.map(), moves(shards, mover));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    List<Moving> moves = moves(shards, mover);
    if (moves.isEmpty() && give(shards, mover)) {
      answer.say("no shard had the key; now it is placed");
      return;
    }
    for (Moving moving : moves) {
      int move = mover.start(moving);
      answer.put("move", move);
      mover.run(move);
      boolean back = strategy() != Strategy.READ_THROUGH;
      answer.say("move " + move + " is settled: finish it" + (back ? ", or take it back" : ""));
    }
    if (moves.isEmpty()) {
      answer.say("it is there");
    }
  }

  private List<Moving> moves(Shards shards, Resharding mover) throws SQLException {
    MapDocument map = mover.map();
    int last = keyAndShard.size() - 1;
    ShardId to = shards.shard(keyAndShard.get(last));
    List<String> key = keyAndShard.subList(0, last);
    long position = mover.position(table, key);
    if (!below.isEmpty()) {
      return range(map, KeyRange.of(mover, table, key.get(0)), mover, to);
    }
    String placement = Objects.requireNonNull(map.tables().get(table)).placement();
    Positioning by = map.placement(placement).by();
    if (by.isOrdered() && !by.isExact()) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "single keys of table "
              + table
              + " lie together with others: move a range, with --below");
    }
    return new Reshaping(map).position(placement, position, to);
  }

  /** A list without a rest may not have the key. */
  private boolean give(Shards shards, Resharding mover) throws SQLException {
    int last = keyAndShard.size() - 1;
    long position = mover.position(table, keyAndShard.subList(0, last));
    String placement = Objects.requireNonNull(mover.map().tables().get(table)).placement();
    if (!below.isEmpty() || new Reshaping(mover.map()).isOwned(placement, position)) {
      return false;
    }
    mover.give(placement, Positions.of(position), shards.shard(keyAndShard.get(last)));
    return true;
  }

  /** The way back is open for one move at a time, so the keys have to lie on one shard. */
  private List<Moving> range(MapDocument map, KeyRange from, Resharding mover, ShardId to)
      throws SQLException {
    long end = KeyRange.of(mover, table, below).first();
    if (end <= from.first()) {
      throw new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, "there is no key between");
    }
    List<Moving> moves = new Reshaping(map).range(from.placement(), from.first(), end - 1, to);
    if (moves.size() > 1) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "these keys lie on several shards, "
              + moves.stream().map(move -> move.source().name()).toList()
              + ": move those of one shard at a time");
    }
    return moves;
  }
}
