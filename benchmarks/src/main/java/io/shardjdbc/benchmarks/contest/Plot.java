package io.shardjdbc.benchmarks.contest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** A plot of how a cost grows, as SVG, with a logarithmic axis for what it grows with. */
public final class Plot {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;

  private final XYChart chart;

  public Plot(String title, String across, String up) {
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(across)
            .yAxisTitle(up)
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
  }

  /** Adds a line. */
  public Plot line(String name, List<Double> across, List<Double> up) {
    chart.addSeries(name, across, up);
    return this;
  }

  /** Writes it. */
  public void write(Path file) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }
}
