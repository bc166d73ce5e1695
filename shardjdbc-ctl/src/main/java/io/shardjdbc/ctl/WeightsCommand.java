package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes some shards own more than others. */
@Command(
    name = "weights",
    description = {
      "Lets each shard own as much as its weight says; one that is not named has 1.",
      "Without weights all shards become even. Each move is finished before the next one begins."
    })
final class WeightsCommand extends MovingCommand {

  @Parameters(
      paramLabel = "SHARD=WEIGHT",
      arity = "0..*",
      description = "A shard's weight, such as s0=2.")
  private Map<String, Double> weights = new LinkedHashMap<>();

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    plan.show(mover.map(), mover.reshaping(mover.map()).weigh(wanted(shards)));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    Map<ShardId, Double> wanted = wanted(shards);
    mover.resume();
    mover.make(mover.reshaping(mover.map()).weigh(wanted));
    answer.say("each shard has its part");
  }

  private Map<ShardId, Double> wanted(Shards shards) {
    Map<ShardId, Double> wanted = new LinkedHashMap<>();
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      if (!(weight.getValue() > 0) || weight.getValue().isInfinite()) {
        throw new RoutingException(
            ErrorCode.BAD_CONFIGURATION, "a weight is above zero; remove takes a shard away");
      }
      wanted.put(shards.shard(weight.getKey()), weight.getValue());
    }
    return wanted;
  }
}
