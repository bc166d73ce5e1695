package io.shardjdbc.routing.catalog;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import java.util.List;
import java.util.Optional;

/** A catalog that passes each question on to another, for those that answer some of them. */
public abstract class ForwardingCatalog implements Catalog {

  private final Catalog catalog;

  /** Passes questions on to that one. */
  protected ForwardingCatalog(Catalog catalog) {
    this.catalog = catalog;
  }

  /** The one that is asked. */
  protected final Catalog catalog() {
    return catalog;
  }

  @Override
  public Optional<TableShape> table(List<String> name) {
    return catalog.table(name);
  }

  @Override
  public Volatility function(List<String> name) {
    return catalog.function(name);
  }

  @Override
  public Volatility operator(String sign) {
    return catalog.operator(sign);
  }

  @Override
  public Volatility attribute(String name) {
    return catalog.attribute(name);
  }

  @Override
  public Optional<String> view(List<String> name) {
    return catalog.view(name);
  }

  @Override
  public long version() {
    return catalog.version();
  }

  @Override
  public boolean takesRowsAtOnce(List<String> name) {
    return catalog.takesRowsAtOnce(name);
  }

  @Override
  public Optional<RowMoves> moves(List<String> name) {
    return catalog.moves(name);
  }

  @Override
  public List<List<String>> namesakes(String name) {
    return catalog.namesakes(name);
  }

  @Override
  public Optional<Relatives> relatives(List<String> name) {
    return catalog.relatives(name);
  }

  @Override
  public List<Reaction> reactions(List<String> name) {
    return catalog.reactions(name);
  }

  @Override
  public Optional<String> defaultOf(List<String> name, String column) {
    return catalog.defaultOf(name, column);
  }

  @Override
  public List<CountedColumn> counted(List<String> name) {
    return catalog.counted(name);
  }

  @Override
  public Optional<Sequence> sequence(List<String> name) {
    return catalog.sequence(name);
  }

  @Override
  public UserCode userCode() {
    return catalog.userCode();
  }

  @Override
  public List<String> sources(String signature) {
    return catalog.sources(signature);
  }

  @Override
  public List<Attached> attached(List<String> name) {
    return catalog.attached(name);
  }

  @Override
  public List<ShardId> shardsWith(List<String> name) {
    return catalog.shardsWith(name);
  }

  @Override
  public List<ShardId> shardsWithRoutine(List<String> name) {
    return catalog.shardsWithRoutine(name);
  }

  @Override
  public boolean numbersElsewhere() {
    return catalog.numbersElsewhere();
  }
}
