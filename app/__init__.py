"""Two faces over one predictor: the Streamlit app and the API. Trains nothing."""
