package io.shardjdbc.routing.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What people have added to PostgreSQL's own functions, operators and types, as the shards' system
 * catalogues have it.
 *
 * <p>Immutable. A database to which nothing was added has {@link #NONE}.
 */
public final class UserCode {

  /** Nothing was added. */
  public static final UserCode NONE = new Builder().build();

  private final Map<String, List<Routine>> byName;
  private final Map<String, List<Routine>> bySignature;
  private final Map<String, Set<String>> operators;
  private final Map<String, Set<String>> types;
  private final Map<String, Set<String>> implicit;
  private final Map<String, Set<String>> domains;
  private final Set<Comparison> comparisons;
  private final Map<String, String> onEvents;
  private final Set<String> ofStatements;
  private final Set<String> ofRows;
  private final boolean attached;

  private UserCode(Builder builder) {
    this.onEvents = builder.onEvents;
    this.byName = builder.byName;
    this.bySignature = builder.bySignature;
    this.operators = builder.operators;
    this.types = builder.types;
    this.implicit = builder.implicit;
    this.domains = builder.domains;
    this.comparisons = builder.comparisons;
    this.ofStatements = builder.ofStatements;
    this.ofRows = builder.ofRows;
    this.attached = builder.attached;
  }

  /**
   * What a routine is called.
   *
   * @param signature its schema, name and the types of its arguments, by which others refer to it
   */
  public record Title(String signature, String schema, String name) {}

  /** A parameter, by its name, and whether it goes in. */
  public record Place(String name, boolean in) {}

  /**
   * What goes into a routine.
   *
   * @param fewest how many arguments a call has at least
   * @param most how many at most
   * @param names of the parameters, empty where one has none
   * @param types by their names in {@code pg_type}, of domains the base types
   * @param places what goes in and what comes out, which a CALL has places for as well
   * @param defaults the expressions of their defaults, as a list in SQL; empty where none has one
   */
  public record Parameters(
      int fewest,
      int most,
      List<String> names,
      List<String> types,
      List<Place> places,
      String defaults) {
    public Parameters {
      names = List.copyOf(names);
      types = List.copyOf(types);
      places = List.copyOf(places);
    }
  }

  /**
   * A function, an aggregate or a procedure.
   *
   * @param kind as in {@code pg_proc}: {@code f}, {@code a}, {@code w} or {@code p}
   * @param in what goes in
   * @param language {@code sql}, {@code plpgsql}, {@code c} or another
   * @param declared how it was declared, no more than a promise of its author
   * @param extension whether it came with an extension
   * @param behind the signatures of users' own functions that the server knows it to need: those
   *     that make an aggregate, or that defaults of its arguments call
   */
  public record Routine(
      Title title,
      char kind,
      Parameters in,
      String language,
      Catalog.Volatility declared,
      boolean extension,
      List<String> behind) {
    public Routine {
      behind = List.copyOf(behind);
    }

    public String signature() {
      return title.signature();
    }

    public String schema() {
      return title.schema();
    }

    public String name() {
      return title.name();
    }

    /** The names of what goes in, empty where one has none. */
    public List<String> parameters() {
      return in.names();
    }

    /**
     * The number by which its body may say a parameter that goes in, from 0; 0 where the count may
     * be another one, because something comes out.
     */
    public int number(int parameter) {
      return in.places().size() == in.names().size() ? parameter + 1 : 0;
    }

    /** The types of what goes in. */
    public List<String> types() {
      return in.types();
    }

    /** Whether a call with so many arguments may mean it. */
    public boolean takes(int arguments) {
      return in.fewest() <= arguments && arguments <= in.most();
    }
  }

  /** The routines of a name, whatever their schemas and arguments. */
  public List<Routine> named(String name) {
    return byName.getOrDefault(name, List.of());
  }

  /** The routines of a signature: one, unless shards have different ones. */
  public List<Routine> signed(String signature) {
    return bySignature.getOrDefault(signature, List.of());
  }

  /** The signatures of users' functions behind the operators of a sign. */
  public Set<String> operator(String sign) {
    return operators.getOrDefault(sign, Set.of());
  }

  /**
   * A user's operator between types of PostgreSQL's own that is named as one of its own
   * comparisons, and is meant where a search path finds it first.
   *
   * @param sign its name: {@code =}
   * @param left a type by its name in {@code pg_type}
   * @param right another, or the same
   */
  public record Comparison(String sign, String left, String right) {}

  /** Those operators. */
  public Set<Comparison> comparisons() {
    return Set.copyOf(comparisons);
  }

  /** The signatures of users' functions that a cast to a type, or from it, may call. */
  public Set<String> type(String name) {
    return types.getOrDefault(name, Set.of());
  }

  /** The signatures of users' functions that make one type of another wherever it is wanted. */
  public Set<String> implicit(String type) {
    return implicit.getOrDefault(type, Set.of());
  }

  /** Whether there are any of them. */
  public boolean castsByItself() {
    return !implicit.isEmpty();
  }

  /** The defaults of domains of a name: of one, unless schemas or shards have different ones. */
  public Set<String> domainDefaults(String name) {
    return domains.getOrDefault(name, Set.of());
  }

  /** Whether tables may have code of users: triggers, rules, policies, expressions that call it. */
  public boolean isAttached() {
    return attached;
  }

  /** The event triggers, which definitions of tables and the like fire: by name their functions. */
  public Map<String, String> onEvents() {
    return Map.copyOf(onEvents);
  }

  /** Whether functions of a name are called once for a statement, by triggers, and by no other. */
  public boolean isOfStatements(String name) {
    return ofStatements.contains(name) && !ofRows.contains(name);
  }

  /** Whether functions of a name are called once for a statement, and for each row as well. */
  public boolean isOfBoth(String name) {
    return ofStatements.contains(name) && ofRows.contains(name);
  }

  /** Collects what was added; not thread-safe. */
  public static final class Builder {
    private final Map<String, List<Routine>> byName = new LinkedHashMap<>();
    private final Map<String, List<Routine>> bySignature = new LinkedHashMap<>();
    private final Map<String, Set<String>> operators = new LinkedHashMap<>();
    private final Map<String, Set<String>> types = new LinkedHashMap<>();
    private final Map<String, Set<String>> implicit = new LinkedHashMap<>();
    private final Map<String, Set<String>> domains = new LinkedHashMap<>();
    private final Set<Comparison> comparisons = new LinkedHashSet<>();
    private final Map<String, String> onEvents = new LinkedHashMap<>();
    private final Set<String> ofStatements = new LinkedHashSet<>();
    private final Set<String> ofRows = new LinkedHashSet<>();
    private boolean attached;

    /** Adds the name of a function that a trigger calls. */
    public Builder trigger(String function, boolean forEachRow) {
      (forEachRow ? ofRows : ofStatements).add(function);
      return this;
    }

    /** Adds an event trigger. */
    public Builder onEvent(String name, String signature) {
      onEvents.put(name, signature);
      return this;
    }

    /** Adds a routine, once. */
    public Builder routine(Routine routine) {
      List<Routine> alike =
          bySignature.computeIfAbsent(routine.signature(), key -> new ArrayList<>(1));
      if (!alike.contains(routine)) {
        alike.add(routine);
        byName.computeIfAbsent(routine.name(), key -> new ArrayList<>(1)).add(routine);
      }
      return this;
    }

    /** Adds the function behind an operator. */
    public Builder operator(String sign, String signature) {
      operators.computeIfAbsent(sign, key -> new LinkedHashSet<>()).add(signature);
      return this;
    }

    /** Adds an operator named as one of PostgreSQL's own. */
    public Builder comparison(Comparison operator) {
      comparisons.add(operator);
      return this;
    }

    /** Adds a function that casts call. */
    public Builder type(String name, String signature) {
      types.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(signature);
      return this;
    }

    /** Adds the function of a cast that a server makes by itself, at one of its two types. */
    public Builder implicit(String type, String signature) {
      implicit.computeIfAbsent(type, key -> new LinkedHashSet<>()).add(signature);
      return this;
    }

    /** Adds the default of a domain. */
    public Builder domain(String name, String expression) {
      domains.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(expression);
      return this;
    }

    /** Notes that tables may have code of users. */
    public Builder attached() {
      attached = true;
      return this;
    }

    /** What was collected; to be added to no more. */
    public UserCode build() {
      return new UserCode(this);
    }
  }

  /** When a piece of code that belongs to a table runs. */
  public enum Event {
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE,
    /** A row that is there is given a column's default: {@code SET n = DEFAULT}. */
    DEFAULT,
    SELECT
  }

  /** For what a trigger fires; whatever else belongs to a table runs for each row. */
  public enum Fires {
    FOR_EACH_ROW,
    FOR_STATEMENT,
    /** It sees all rows together that its statement changes, whatever it is called for. */
    WITH_ALL_ROWS
  }

  /** How a piece of code belongs to a table. */
  public enum Attachment {
    /** A default, a constraint, a generated column or an index that calls a function. */
    EXPRESSION,
    TRIGGER,
    RULE,
    POLICY,
    /**
     * A foreign key that refers to the table and changes or deletes rows of another with its own.
     */
    REFERENCE
  }

  /**
   * Code of users that belongs to a table and runs when its rows are read or written.
   *
   * @param name of the trigger, the rule, the policy, the generated column; else empty
   * @param table whose it is: the table itself, or one that foreign keys or inheritance lead to
   * @param events when it runs
   * @param signature the function that it calls; empty for rules and policies
   * @param text the definition of a rule, or of a trigger with a condition or arguments; the
   *     condition of a policy
   * @param fires for what a trigger fires
   */
  public record Attached(
      Attachment kind,
      String name,
      List<String> table,
      Set<Event> events,
      Optional<String> signature,
      Optional<String> text,
      Fires fires) {
    public Attached {
      table = List.copyOf(table);
      events = Set.copyOf(events);
    }
  }
}
