package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.sql.Expr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known, from the text alone, of the values that a column has in the rows that matter.
 *
 * <p>The values themselves come with each execution: {@link KeyReader} turns a domain into keys.
 */
public sealed interface Domain {

  /** One of these constants: {@code = a}, {@code IN (a, b)}. */
  record Terms(List<Expr> terms) implements Domain {
    public Terms {
      terms = List.copyOf(terms);
    }

    @Override // by hand, as the start of a program meets it: see docs/decisions.md
    public boolean equals(@Nullable Object other) {
      return other instanceof Terms that && terms.equals(that.terms);
    }

    @Override
    public int hashCode() {
      return terms.hashCode();
    }
  }

  /** One of these constants, as they are when they have been stored in the column. */
  record Stored(List<Expr> terms) implements Domain {
    public Stored {
      terms = List.copyOf(terms);
    }
  }

  /** One of the elements of an array constant: {@code = ANY (?)}. */
  record Elements(Expr array) implements Domain {}

  /** Between two constants, both included; an absent one is no bound. */
  record Range(@Nullable Expr low, @Nullable Expr high) implements Domain {}

  /** In one of these. */
  record Either(List<Domain> branches) implements Domain {
    public Either {
      branches = List.copyOf(branches);
    }
  }

  /** In each of these. */
  record Both(List<Domain> parts) implements Domain {
    public Both {
      parts = List.copyOf(parts);
    }
  }

  /** All of these at once; one is itself. */
  static Domain both(List<Domain> parts) {
    return parts.size() == 1 ? parts.get(0) : new Both(parts);
  }
}
