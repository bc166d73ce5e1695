package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.wrap.Binding;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The values of one execution, in the order of the caller's markers. Immutable once made.
 *
 * <p>Routing reads them as a list of Java values, as the servers will see them; shards get them
 * bound again, each in the way the caller bound it.
 */
public final class Bindings {

  /** Of a statement without markers. */
  public static final Bindings NONE = new Bindings(new Binding[0]);

  private final @Nullable Binding[] bindings;

  /**
   * @param bindings not copied; null where nothing was bound
   */
  public Bindings(@Nullable Binding[] bindings) {
    this.bindings = bindings;
  }

  /** Refuses an execution with a marker that nothing was bound to. */
  public void requireAll() throws SQLException {
    int set = 0;
    for (Binding binding : bindings) {
      set += binding == null ? 0 : 1;
    }
    if (set < bindings.length) {
      throw SqlErrors.of(ErrorCode.WRONG_PARAMETER_COUNT, bindings.length, set);
    }
  }

  /** The values as routing sees them, which is as the servers are sent them: a view. */
  public List<@Nullable Object> values() {
    return new Values(bindings);
  }

  public int size() {
    return bindings.length;
  }

  /** These values, with others before them. */
  public Bindings behind(List<Binding> others) {
    @Nullable Binding[] all =
        others.toArray(new @Nullable Binding[others.size() + bindings.length]);
    System.arraycopy(bindings, 0, all, others.size(), bindings.length);
    return new Bindings(all);
  }

  /**
   * Some of these values.
   *
   * @param indices from 1
   */
  public Bindings pick(List<Integer> indices) {
    @Nullable Binding[] picked = new @Nullable Binding[indices.size()];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = bindings[indices.get(i) - 1];
    }
    return new Bindings(picked);
  }

  /**
   * These values and numbers of sequences, as a statement takes them that was given places for
   * both.
   *
   * @param markers for each place the index (from 1) of a value, or {@code -n} for the n-th number
   */
  public Bindings numbered(List<Integer> markers, long[] numbers) {
    @Nullable Binding[] all = new @Nullable Binding[markers.size()];
    for (int i = 0; i < all.length; i++) {
      int marker = markers.get(i);
      all[i] = marker > 0 ? bindings[marker - 1] : new NumberBinding(numbers[-marker - 1]);
    }
    return new Bindings(all);
  }

  /** Whether every value can be bound more than once. */
  public boolean areRepeatable() {
    for (Binding binding : bindings) {
      if (binding != null && !binding.isRepeatable()) {
        return false;
      }
    }
    return true;
  }

  /** These values for one execution, which sends each stream among them once, or is refused. */
  public Bindings once() {
    if (areRepeatable()) {
      return this;
    }
    @Nullable Binding[] all = bindings.clone();
    for (int i = 0; i < all.length; i++) {
      Binding binding = all[i];
      all[i] = binding == null || binding.isRepeatable() ? binding : new OnceBinding(binding);
    }
    return new Bindings(all);
  }

  /** Binds what a shard's statement takes. */
  public void bind(ShardStatement statement, PreparedStatement target) throws SQLException {
    int count = statement.parameterCount(bindings.length);
    for (int marker = 1; marker <= count; marker++) {
      Binding binding = bindings[statement.parameter(marker) - 1];
      if (binding != null) {
        binding.bind(target, marker);
      }
    }
  }

  /**
   * Binds all, as one of several rows.
   *
   * @param before how many markers the rows before it have
   */
  void bindRow(PreparedStatement target, int before) throws SQLException {
    for (int i = 0; i < bindings.length; i++) {
      Binding binding = bindings[i];
      if (binding != null) {
        binding.bind(target, before + i + 1);
      }
    }
  }

  /** Binds what can be bound more than once to the caller's own text. */
  public void bind(PreparedStatement target) throws SQLException {
    for (int i = 0; i < bindings.length; i++) {
      Binding binding = bindings[i];
      if (binding != null && binding.isRepeatable()) {
        binding.bind(target, i + 1);
      }
    }
  }

  private static final class Values extends AbstractList<@Nullable Object> implements RandomAccess {
    private final @Nullable Binding[] bindings;

    Values(@Nullable Binding[] bindings) {
      this.bindings = bindings;
    }

    @Override
    public @Nullable Object get(int index) {
      Binding binding = bindings[index];
      return binding == null ? null : binding.value();
    }

    @Override
    public int size() {
      return bindings.length;
    }
  }
}
