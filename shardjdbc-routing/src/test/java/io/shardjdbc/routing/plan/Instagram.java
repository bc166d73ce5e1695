package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.RowMoves;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.yaml.RoutingYaml;
import io.shardjdbc.routing.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The schema that the planner's tests plan over: four shards, and a catalog that knows it all. */
final class Instagram {

  static final String YAML =
      """
      shards: [s0, s1, s2, s3]
      tables:
        users:     {key: user_id}
        posts:     {key: user_id}
        follows:   {key: follower_id}
        likes:     {key: post_id}
        comments:  {key: post_id}
        documents: {key: [tenant, owner]}
        sessions:  {key: token}
        guarded:   {key: user_id, scatter: refuse}
        tenants:   {key: user_id, tenantGuard: true}
        kept:      {key: user_id, gather: refuse}
        moving:    {key: user_id, moveRows: true}
        still:     {key: user_id, moveRows: true}
        countries: {reference: true}
        settings:  {shard: s2}
        audit:     {shard: s3}
      """;

  private static final Map<String, String> COLUMNS =
      Map.ofEntries(
          Map.entry("users", "user_id int8, name text, country text, created_at timestamptz"),
          Map.entry("posts", "user_id int8, post_id int8, body text, created_at timestamptz"),
          Map.entry("follows", "follower_id int8, followee_id int8"),
          Map.entry("likes", "post_id int8, user_id int8, created_at timestamptz"),
          Map.entry("comments", "post_id int8, comment_id int8, user_id int8, body text"),
          Map.entry("documents", "tenant text, owner int4, title text, score numeric"),
          Map.entry("sessions", "token uuid, user_id int8, data jsonb"),
          Map.entry("guarded", "user_id int8, secret text"),
          Map.entry("tenants", "user_id int8, name text"),
          Map.entry("kept", "user_id int8, body text"),
          Map.entry("moving", "user_id int8, post_id int8, body text"),
          Map.entry("still", "user_id int8, body text"),
          Map.entry("countries", "code text, name text, population int8"),
          Map.entry("settings", "name text, value text"),
          Map.entry("audit", "id int8, what text"));

  private Instagram() {}

  static RoutingConfiguration configuration() {
    return RoutingYaml.read(Yaml.read(YAML, name -> Optional.empty()));
  }

  static Planner router() {
    ShardMap map = ShardMap.of(configuration());
    return router(() -> map);
  }

  static Planner router(Supplier<ShardMap> maps) {
    return Routers.planner(configuration(), catalog(), maps);
  }

  /** What it knows of these tables. */
  static Catalog catalog() {
    return new Catalog() {
      @Override
      public Optional<TableShape> table(List<String> name) {
        return shape(name);
      }

      @Override
      public Optional<RowMoves> moves(List<String> name) {
        return shape(name)
            .map(
                shape ->
                    new RowMoves(
                        shape.columns().stream().map(ColumnShape::name).toList(),
                        List.of(),
                        Optional.of("it has triggers").filter(obstacle -> name.contains("still"))));
      }
    };
  }

  private static Optional<Catalog.TableShape> shape(List<String> name) {
    String columns = COLUMNS.get(name.get(name.size() - 1));
    if (columns == null) {
      return Optional.empty();
    }
    List<Catalog.ColumnShape> shapes = new ArrayList<>();
    for (String column : columns.split(", ", -1)) {
      String[] parts = column.split(" ", -1);
      shapes.add(
          new Catalog.ColumnShape(
              parts[0],
              parts[1],
              parts[1],
              "",
              false,
              true,
              !parts[1].equals("text"),
              parts[0].equals("created_at") ? Catalog.Default.COMPUTED : Catalog.Default.NONE));
    }
    return Optional.of(new Catalog.TableShape(name, shapes, false));
  }
}
