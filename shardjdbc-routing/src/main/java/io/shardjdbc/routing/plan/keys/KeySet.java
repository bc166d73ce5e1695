package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that a domain comes to once the values are known. */
public sealed interface KeySet {

  /** These keys; none where no row can match. */
  record Keys(Set<Key> keys) implements KeySet {}

  /** Every key from low to high, both included; an absent one is no bound. */
  record Range(@Nullable Key low, @Nullable Key high) implements KeySet {}

  /** Any key at all. */
  record Anything() implements KeySet {}

  static KeySet anything() {
    return new Anything();
  }

  static KeySet nothing() {
    return new Keys(Set.of());
  }

  static KeySet of(Key key) {
    return new Keys(Set.of(key));
  }

  /** The keys in both, or more than those. */
  default KeySet and(KeySet other) {
    if (this instanceof Anything) {
      return other;
    }
    if (other instanceof Anything) {
      return this;
    }
    if (this instanceof Keys mine) {
      return within(mine, other);
    }
    if (other instanceof Keys theirs) {
      return within(theirs, this);
    }
    Range a = (Range) this;
    Range b = (Range) other;
    return new Range(later(a.low(), b.low(), true), later(a.high(), b.high(), false));
  }

  /** The keys in either. */
  default KeySet or(KeySet other) {
    if (this instanceof Keys mine && other instanceof Keys theirs) {
      Set<Key> all = new LinkedHashSet<>(mine.keys());
      all.addAll(theirs.keys());
      return new Keys(all);
    }
    if (this.equals(nothing()) || this.equals(other)) {
      return other;
    }
    return other.equals(nothing()) ? this : anything();
  }

  /** The tighter of two bounds where integers tell, else either. */
  private static @Nullable Key later(@Nullable Key a, @Nullable Key b, boolean greater) {
    if (a instanceof Key.OfLong x && b instanceof Key.OfLong y) {
      return (x.value() > y.value()) == greater ? a : b;
    }
    return a != null ? a : b;
  }

  private static KeySet within(Keys mine, KeySet other) {
    Set<Key> both = new LinkedHashSet<>(mine.keys());
    if (other instanceof Keys theirs) {
      both.retainAll(theirs.keys());
    } else if (other instanceof Range range) {
      both.removeIf(key -> isOutside(key, range));
    }
    return new Keys(both);
  }

  private static boolean isOutside(Key key, Range range) {
    return key instanceof Key.OfLong k
        && ((range.low() instanceof Key.OfLong low && k.value() < low.value())
            || (range.high() instanceof Key.OfLong high && k.value() > high.value()));
  }
}
