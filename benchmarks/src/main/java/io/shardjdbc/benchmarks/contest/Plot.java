package io.shardjdbc.benchmarks.contest;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * A plot of how a cost grows, as SVG, with a logarithmic axis for what it grows with and one from
 * zero for the cost.
 */
public final class Plot {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;
  private static final Pattern FRACTION = Pattern.compile("(\\.\\d)\\d+");
  private static final Pattern INDENTATION = Pattern.compile("\\R\\s+");

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
    AxesChartStyler style = chart.getStyler();
    style.setXAxisLogarithmic(true);
    style.setYAxisMin(0.0);
    style.setChartBackgroundColor(Color.WHITE);
    // Dashes would be drawn one by one.
    style.setPlotGridLinesStroke(new BasicStroke(1));
  }

  /** Adds a line. */
  public Plot line(String name, List<Double> across, List<Double> up) {
    chart.addSeries(name, across, up);
    return this;
  }

  /** Writes it, with coordinates that are as exact as an eye. */
  public void write(Path file) throws IOException {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    VectorGraphicsEncoder.saveVectorGraphic(chart, drawn, VectorGraphicsFormat.SVG);
    String svg = INDENTATION.matcher(drawn.toString(StandardCharsets.UTF_8)).replaceAll("\n");
    Files.writeString(file, FRACTION.matcher(svg).replaceAll("$1"));
  }
}
