"""The pipeline: from listening data to a sealed build that the app reads."""

import os

# OpenMP's threads otherwise spin while they wait: on busy cores, fitting took twelve times as long.
# It is read when LightGBM or scikit-learn load, so it has to stand before every import of them.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
