"""Table to plotly figure, one chart a file. Nothing here knows Streamlit."""
