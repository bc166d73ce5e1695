package io.shardjdbc.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.List;

/** The names of attributes, and what goes under them. */
final class Conventions {

  static final String POSTGRESQL = "postgresql";

  static final AttributeKey<String> QUERY_TEXT = AttributeKey.stringKey("db.query.text");

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
  private static final AttributeKey<String> SUMMARY = AttributeKey.stringKey("db.query.summary");
  private static final AttributeKey<Long> BATCH = AttributeKey.longKey("db.operation.batch.size");
  private static final AttributeKey<String> STATUS =
      AttributeKey.stringKey("db.response.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  private static final AttributeKey<String> WAY = AttributeKey.stringKey("shardjdbc.way");
  private static final AttributeKey<List<String>> SHARDS =
      AttributeKey.stringArrayKey("shardjdbc.shards");
  private static final AttributeKey<Long> EPOCH = AttributeKey.longKey("shardjdbc.map.epoch");
  private static final AttributeKey<String> SHARD = AttributeKey.stringKey("shardjdbc.shard");
  private static final AttributeKey<String> NODE = AttributeKey.stringKey("shardjdbc.node");
  private static final AttributeKey<String> REASON =
      AttributeKey.stringKey("shardjdbc.node.reason");
  private static final AttributeKey<String> CODE = AttributeKey.stringKey("shardjdbc.error.code");

  /** States of class 00 and 01 are success and warnings. */
  private static final List<String> GOOD = List.of("00", "01");

  private Conventions() {}

  static Attributes ofStatement(StartedStatement statement) {
    AttributesBuilder attributes = ofSystem(statement);
    if (statement.batchSize() > 1) {
      attributes.put(BATCH, (long) statement.batchSize());
    }
    statement.route().ifPresent(route -> put(attributes, route));
    return attributes.build();
  }

  private static AttributesBuilder ofSystem(StartedStatement statement) {
    return Attributes.builder().put(SYSTEM, POSTGRESQL).put(SUMMARY, statement.summary());
  }

  private static void put(AttributesBuilder attributes, RoutedStatement route) {
    attributes
        .put(WAY, route.way().label())
        .put(SHARDS, route.shards().stream().map(ShardId::name).toList())
        .put(EPOCH, route.epoch());
  }

  /** Of the route that a statement took in the end. */
  static Attributes ofRoute(RoutedStatement route) {
    AttributesBuilder attributes = Attributes.builder();
    put(attributes, route);
    return attributes.build();
  }

  /** Of a request to a server; spans and metrics share them. */
  static AttributesBuilder ofRequest(StartedStatement statement, StartedPart part) {
    return ofSystem(statement)
        .put(NAMESPACE, part.server().database())
        .put(ADDRESS, part.server().host())
        .put(PORT, (long) part.server().port())
        .put(SHARD, part.server().shard().name())
        .put(NODE, part.server().node())
        .put(REASON, part.why().label());
  }

  /** Of what has failed; a message may quote values, so that it is not told. */
  static Attributes ofError(Throwable error) {
    AttributesBuilder attributes = Attributes.builder();
    String state = error instanceof SQLException sql ? sql.getSQLState() : null;
    boolean bad = state != null && state.length() == 5 && !GOOD.contains(state.substring(0, 2));
    if (bad) {
      attributes.put(STATUS, state);
    }
    if (error instanceof CodedError coded) {
      attributes.put(CODE, coded.code().code());
    }
    return attributes.put(ERROR, bad ? state : error.getClass().getName()).build();
  }

  static void fail(Span span, Throwable error) {
    span.setAllAttributes(ofError(error));
    span.setStatus(StatusCode.ERROR);
  }
}
