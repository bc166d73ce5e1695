package io.shardjdbc.routing.sql.parse;

/** The parsers of one text, which call each other as PostgreSQL's grammar rules do. */
final class Grammar {

  final TokenStream in;
  final TypeParser types;
  final ExprParser expressions;
  final PredicateParser predicates;
  final PrimaryParser primaries;
  final CallParser calls;
  final SpecialCalls specialCalls;
  final EscapeParser escapes;
  final GroupParser groups;
  final QueryParser queries;
  final SelectParser selects;
  final FromParser from;
  final FromGroups fromGroups;
  final FromFunctions fromFunctions;
  final WithParser withs;
  final InsertParser inserts;
  final ChangeParser changes;
  final MergeParser merges;
  final StatementParser statements;
  final UtilityParser utilities;

  Grammar(TokenStream in) {
    this.in = in;
    types = new TypeParser(this);
    expressions = new ExprParser(this);
    predicates = new PredicateParser(this);
    primaries = new PrimaryParser(this);
    calls = new CallParser(this);
    specialCalls = new SpecialCalls(this);
    escapes = new EscapeParser(this);
    groups = new GroupParser(this);
    queries = new QueryParser(this);
    selects = new SelectParser(this);
    from = new FromParser(this);
    fromGroups = new FromGroups(this);
    fromFunctions = new FromFunctions(this);
    withs = new WithParser(this);
    inserts = new InsertParser(this);
    changes = new ChangeParser(this);
    merges = new MergeParser(this);
    statements = new StatementParser(this);
    utilities = new UtilityParser(this);
  }
}
