package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.catalogue.CataloguePlan;
import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.effects.OwnValues;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks into users' functions, and into what they call.
 *
 * <p>Which function a call means depends on the types of its arguments and the search path of the
 * moment; here it may mean any of its name that takes as many arguments, in whatever schema. A
 * function that is named as one of PostgreSQL's own is looked at beside that one. What is declared
 * of it (IMMUTABLE) is its author's promise to the planner and says nothing about tables.
 */
final class Reaches {

  /** Where the library keeps what it needs on the servers. */
  private static final String OWN_SCHEMA = "shardjdbc";

  private final RoutingConfiguration configuration;
  private final Catalog catalog;
  private final UserCode code;
  private final Function<Statement, Set<ShardId>> counting;
  private final boolean believing;
  private final Map<String, Reach> known = new HashMap<>();

  /** For those who do not ask where rows that functions write are numbered. */
  Reaches(RoutingConfiguration configuration, Catalog catalog) {
    this(configuration, catalog, statement -> Set.of());
  }

  /**
   * @param counting the homes of the sequences that number rows which a statement writes
   */
  Reaches(
      RoutingConfiguration configuration,
      Catalog catalog,
      Function<Statement, Set<ShardId>> counting) {
    this(configuration, catalog, counting, true);
  }

  Reaches(
      RoutingConfiguration configuration,
      Catalog catalog,
      Function<Statement, Set<ShardId>> counting,
      boolean believing) {
    this.believing = believing;
    this.counting = counting;
    this.configuration = configuration;
    this.catalog = catalog;
    this.code = catalog.userCode();
  }

  UserCode code() {
    return code;
  }

  List<String> sources(String signature) {
    return catalog.sources(signature);
  }

  /** What a function touches, by what is promised of it or by what it says. */
  Reach of(Routine routine) {
    Reach before = known.get(routine.signature());
    if (isPromised(routine) || routine.schema().equals(OWN_SCHEMA)) {
      return Reach.NOTHING;
    } else if (before != null) {
      return before;
    }
    known.put(routine.signature(), Reach.NOTHING); // for one that calls itself
    Reach reach = look(routine);
    known.put(routine.signature(), reach);
    return reach;
  }

  /** Whether the configuration vouches for a function. */
  boolean isPromised(Routine routine) {
    return configuration.promise(routine.schema(), routine.name()).stream()
        .anyMatch(promise -> believing || promise == FunctionPromise.PURE);
  }

  /**
   * Whether a function may write. One that is not declared volatile may call one that is, and who
   * says that a function stays on its shard does not say that it only reads.
   */
  boolean mayWrite(Called called) {
    Reaches doubting = new Reaches(configuration, catalog, counting, false);
    return (called.promised() && called.routine().declared() == Volatility.VOLATILE)
        || doubting.of(called.routine()).mayWrite();
  }

  /** Whether the configuration vouches for the functions of a signature. */
  boolean isPromised(String signature) {
    return code.signed(signature).stream().anyMatch(this::isPromised);
  }

  /**
   * What the functions of a signature touch; one that no shard has told of cannot be looked into.
   */
  Reach signed(String signature) {
    List<Routine> routines = code.signed(signature);
    return routines.isEmpty()
        ? Reach.opaque("is not known")
        : Reach.either(routines.stream().map(this::of).toList());
  }

  private Reach look(Routine routine) {
    if (routine.kind() == 'a' || routine.kind() == 'w') {
      List<Reach> parts = routine.behind().stream().map(this::signed).toList();
      return parts.isEmpty() ? Reach.NOTHING : Reach.either(parts);
    }
    Reach own = inItsLanguage(routine);
    List<Reach> all = new ArrayList<>(List.of(own));
    if (!routine.in().defaults().isEmpty()) {
      all.add(of(RoutineBody.ofSql("SELECT " + routine.in().defaults())));
    }
    for (String needed : routine.behind()) {
      Reach reach = signed(needed);
      if (reach.touchesTables()) {
        all.add(
            new Reach(
                reach.reads(),
                reach.writes(),
                reach.opaque(),
                List.of(),
                true,
                false,
                reach.counts(),
                null));
      }
    }
    return Reach.either(all);
  }

  private Reach inItsLanguage(Routine routine) {
    return switch (routine.language()) {
      case "sql" -> bodies(routine, RoutineBody::ofSql);
      case "plpgsql" -> bodies(routine, RoutineBody::ofPlpgsql);
      case "internal" -> Reach.NOTHING;
      case "c" -> ServerFunctions.inC(routine);
      default -> Reach.opaque("is written in " + routine.language());
    };
  }

  private Reach bodies(Routine routine, Function<String, RoutineBody> reader) {
    List<Reach> reaches =
        catalog.sources(routine.signature()).stream().map(reader).map(this::of).toList();
    return reaches.isEmpty() ? Reach.opaque("is not known") : Reach.either(reaches);
  }

  /** What a body touches. */
  Reach of(RoutineBody body) {
    Set<List<String>> reads = new LinkedHashSet<>();
    Set<List<String>> writes = new LinkedHashSet<>();
    Set<ShardId> counts = new LinkedHashSet<>();
    String opaque = body.opaque();
    boolean nested = false;
    boolean own = false;
    String unsteady = null;
    for (ParsedSql statement : body.statements()) {
      Mentions mentions = Mentions.of(statement.statement());
      reads.addAll(mentions.reads());
      writes.addAll(mentions.writes().keySet());
      writes.addAll(mentions.redefined());
      counts.addAll(counting.apply(statement.statement()));
      if (opaque == null && mentions.command() != null) {
        opaque = "runs " + mentions.command().toUpperCase(Locale.ROOT);
      }
      if (opaque == null) {
        opaque = ofServer(statement.statement(), mentions);
      }
      unsteady = unsteady == null ? unsteady(statement.statement()) : unsteady;
      own |= OwnValues.shown(statement.statement()) != null;
      own |= isDrawn(mentions) || namesClock(statement.statement());
      for (Called called : called(mentions, null)) {
        Reach inner = called.reach();
        reads.addAll(inner.reads());
        writes.addAll(inner.writes());
        counts.addAll(inner.counts());
        nested |= inner.touchesTables();
        own |= inner.own();
        unsteady = unsteady == null ? inner.unsteady() : unsteady;
        opaque = opaque == null && inner.opaque() != null ? called.saying(inner.opaque()) : opaque;
      }
    }
    return new Reach(reads, writes, opaque, body.statements(), nested, own, counts, unsteady);
  }

  /**
   * The first of the server's own functions in it that is not immutable, default that computes, or
   * text that names the clock; null if there is none.
   */
  private @Nullable String unsteady(Node node) {
    return unsteady(node, true);
  }

  /**
   * @param typed whether a text may become a date or a time
   */
  private @Nullable String unsteady(Node node, boolean typed) {
    String left = UnsteadyDefaults.of(node, catalog);
    if (left != null) {
      return left;
    }
    if (typed && ClockTexts.isNamedBy(node)) {
      return "a text that names the clock";
    }
    if (node instanceof Expr.Call call
        && (call.special() || Functions.isBuiltIn(call))
        && Functions.volatility(call, catalog) != Volatility.IMMUTABLE) {
      return call.name().last();
    }
    for (Node child : node.children()) {
      String found = unsteady(child, typed && !ClockTexts.isPlainText(node));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Whether it calls a function of the server's own that gives another value each time. */
  private boolean isDrawn(Mentions mentions) {
    return mentions.calls().stream()
        .anyMatch(
            call ->
                Functions.isBuiltIn(call)
                    && Functions.volatility(call, catalog) == Volatility.VOLATILE);
  }

  /** In code, a text may be assigned to what makes a time of it, or be what it returns as one. */
  private static boolean namesClock(Node node) {
    return ClockTexts.isNamedBy(node)
        || (!ClockTexts.isPlainText(node) && node.anyChild(Reaches::namesClock));
  }

  private @Nullable String ofServer(Node statement, Mentions mentions) {
    for (Expr.Call call : mentions.calls()) {
      String name = call.name().last();
      String beyond = ServerFunctions.beyond(call);
      if (beyond == null && ServerFunctions.isOfOneServer(name)) {
        beyond = "calls " + name;
      } else if (beyond == null && ServerFunctions.isOfLocks(name)) {
        beyond = "takes an advisory lock";
      } else if (beyond == null && ServerFunctions.notifies(name)) {
        beyond = "sends a notification";
      } else if (beyond == null && ServerFunctions.isOfSequences(name)) {
        beyond = "counts by a sequence";
      }
      if (beyond != null) {
        return beyond;
      }
    }
    return CataloguePlan.isApart(statement, configuration, catalog)
        ? "asks the catalogue"
        : NumberedByCode.read(mentions, configuration, catalog);
  }

  /**
   * The functions of users that a statement may call by what it says.
   *
   * @param types the types of its expressions, where they are known
   */
  List<Called> called(Mentions mentions, @Nullable TypeGroups types) {
    List<Called> called = new ArrayList<>();
    for (Expr.Call call : mentions.calls()) {
      for (Routine routine : code.named(call.name().last())) {
        List<Expr> given = Placed.of(call, routine);
        if (mayMean(call, routine) && !differ(given, routine, types)) {
          called.add(called("", routine, given));
        }
      }
    }
    for (Mentions.Field field : mentions.fields()) {
      for (Routine routine : code.named(field.name())) {
        if (routine.takes(1) && takesRow(routine)) {
          called.add(called("", routine, row(field)));
        }
      }
    }
    for (Mentions.Operator operator : mentions.operators()) {
      String how = "operator " + operator.sign() + " by function ";
      add(called, how, code.operator(operator.sign()), operator.operands(), types);
    }
    for (String type : mentions.types()) {
      add(called, "type " + type + " by function ", code.type(type), List.of(), null);
    }
    if (code.castsByItself()) {
      ofColumns(mentions)
          .forEach(
              type -> {
                String how = "cast of " + type + " by function ";
                add(called, how, code.implicit(type), List.of(), null);
              });
    }
    return called;
  }

  /** The types of the columns that a statement may name, and of arrays those of their elements. */
  private Set<String> ofColumns(Mentions mentions) {
    Set<String> types = new LinkedHashSet<>();
    for (List<String> table : mentions.reads()) {
      for (Catalog.ColumnShape column :
          catalog.table(table).map(Catalog.TableShape::columns).orElse(List.of())) {
        if (mentions.renames() || mentions.names(column.name())) {
          types.add(column.type());
          types.add(column.type().replaceFirst("^_", ""));
        }
      }
    }
    return types;
  }

  private Called called(String how, Routine routine, List<Expr> arguments) {
    return new Called(
        (how.isEmpty() ? "function " : how) + routine.name(),
        routine,
        of(routine),
        isPromised(routine),
        arguments);
  }

  private static List<Expr> row(Mentions.Field field) {
    Span nowhere = new Span(0, 0);
    return field.row() == null
        ? List.of()
        : List.of(new Expr.Column(new Name(List.of(field.row()), nowhere), false, nowhere));
  }

  private void add(
      List<Called> called,
      String how,
      Set<String> signatures,
      List<Expr> operands,
      @Nullable TypeGroups types) {
    for (String signature : signatures) {
      for (Routine routine : code.signed(signature)) {
        if (!differ(operands, routine, types)) {
          called.add(called(how, routine, operands));
        }
      }
    }
  }

  /** Whether values cannot be the arguments of a function, by their types. */
  private static boolean differ(List<Expr> values, Routine routine, @Nullable TypeGroups types) {
    if (types == null) {
      return false;
    }
    for (int i = 0; i < Math.min(values.size(), routine.types().size()); i++) {
      if (types.differ(values.get(i), routine.types().get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayMean(Expr.Call call, Routine routine) {
    List<String> parts = call.name().parts();
    boolean schema = parts.size() < 2 || parts.get(parts.size() - 2).equals(routine.schema());
    int given = call.withinGroup() ? -1 : call.arguments().size();
    return schema && (given < 0 || call.star() || call.variadic() || routine.takes(given));
  }

  /** Whether its argument may be a row, so that it can be written as a column of it. */
  private boolean takesRow(Routine routine) {
    String arguments = routine.signature();
    String type = arguments.substring(arguments.indexOf('(') + 1, arguments.lastIndexOf(')'));
    int before = Math.max(type.lastIndexOf('.'), type.lastIndexOf(' ')); // its own name, its schema
    String local = type.substring(before + 1).replace("\"", "");
    return local.startsWith("any")
        || local.equals("record")
        || configuration.tables().keySet().stream()
            .anyMatch(name -> local.equals(name.get(name.size() - 1)));
  }
}
