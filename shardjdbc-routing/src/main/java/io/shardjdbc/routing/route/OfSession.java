package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The logical connection carries it out itself. */
public record OfSession(SessionCommand session) implements Route {

  @Override
  public Effect effect() {
    return Effect.SESSION;
  }

  @Override
  public KeyHashes keys() {
    return KeyHashes.any();
  }

  @Override
  public boolean primary() {
    return false;
  }

  @Override
  public List<List<String>> written() {
    return List.of();
  }

  @Override
  public List<ShardId> shards() {
    return List.of();
  }

  @Override
  public boolean isOverSeveralShards() {
    return false;
  }

  @Override
  public boolean isCallersText() {
    return true;
  }

  @Override
  public boolean isAlikeOnAll() {
    return false;
  }

  @Override
  public @Nullable DirectRoute direct() {
    return null;
  }

  @Override
  public Route withRowsToChange() {
    return this;
  }

  @Override
  public boolean copiesRows() {
    return false;
  }

  @Override
  public Route onPrimary() {
    return this;
  }

  @Override
  public <T, E extends Exception> T fold(Route.Cases<T, E> cases) throws E {
    return cases.ofSession(this);
  }
}
