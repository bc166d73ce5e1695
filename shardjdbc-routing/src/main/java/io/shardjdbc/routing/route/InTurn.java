package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shards lock rows one after another until there are enough: {@code LIMIT .. FOR UPDATE SKIP
 * LOCKED}. Only rows that the caller gets stay locked.
 *
 * @param statements what each shard would be asked for, in the fixed order of the shards
 * @param merge how the rows that are locked become one answer
 * @param order the same where the first rows of an order are wanted; null where any will do
 * @param wanted how many rows at most, those that OFFSET passes over among them
 */
public record InTurn(
    List<ShardStatement> statements,
    Merge merge,
    Merge.@Nullable Sorted order,
    long wanted,
    KeyHashes keys)
    implements SteppedRoute {

  public InTurn {
    statements = List.copyOf(statements);
  }

  /** The route of rows that merge so. */
  public static InTurn of(List<ShardStatement> statements, Merge merge, KeyHashes keys) {
    return merge.fold(new Bounded(statements, keys));
  }

  @Override
  public Effect effect() {
    return Effect.READ_ON_PRIMARY;
  }

  @Override
  public boolean primary() {
    return true;
  }

  @Override
  public List<List<String>> written() {
    return List.of();
  }

  @Override
  public List<ShardId> shards() {
    return statements.stream().map(ShardStatement::shard).toList();
  }

  @Override
  public boolean isOverSeveralShards() {
    return true;
  }

  @Override
  public boolean copiesRows() {
    return false;
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.inTurn(this);
  }

  /** Finds the bound that a merge has. */
  private record Bounded(List<ShardStatement> statements, KeyHashes keys)
      implements Merge.Cases<InTurn, RuntimeException> {

    private InTurn bounded(Merge merge, Merge.@Nullable Sorted order, long limit) {
      long wanted = limit > Merge.NO_LIMIT - merge.skip() ? Merge.NO_LIMIT : limit + merge.skip();
      return new InTurn(statements, merge, order, wanted, keys);
    }

    private static InTurn none() {
      throw new IllegalStateException("rows that are locked are not put together");
    }

    @Override
    public InTurn concatenate(Merge.Concatenate merge) {
      return bounded(merge, null, merge.limit());
    }

    @Override
    public InTurn sorted(Merge.Sorted merge) {
      return bounded(merge, merge, merge.limit());
    }

    @Override
    public InTurn totals(Merge.Totals merge) {
      return none();
    }

    @Override
    public InTurn groups(Merge.Groups merge) {
      return none();
    }

    @Override
    public InTurn sumOfCounts(Merge.SumOfCounts merge) {
      return none();
    }

    @Override
    public InTurn sameOnAll(Merge.SameOnAll merge) {
      return none();
    }

    @Override
    public InTurn rowOrder(Merge.RowOrder merge) {
      return none();
    }
  }
}
